package millrace.feed;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.List;

/** The products of the simulated shop. */
final class Assortment {
    static final List<Product> PRODUCTS = List.of(
            new Product("MUG-01", "Stoneware mug", "kitchen", 895),
            new Product("MUG-02", "Enamel mug", "kitchen", 650),
            new Product("JUG-01", "Milk jug", "kitchen", 1450),
            new Product("PAN-01", "Cast iron pan", "kitchen", 4999),
            new Product("TEA-01", "Tea towel", "kitchen", 425),
            new Product("LMP-01", "Reading lamp", "lights", 3800),
            new Product("LMP-02", "Paper lantern", "lights", 1275),
            new Product("CDL-01", "Beeswax candle", "lights", 599),
            new Product("CDL-02", "Tea lights, 24", "lights", 349),
            new Product("RUG-01", "Wool rug", "home", 12900),
            new Product("CSH-01", "Linen cushion", "home", 2250),
            new Product("VAS-01", "Glass vase", "home", 1899),
            new Product("CLK-01", "Wall clock", "home", 2999),
            new Product("FRM-01", "Oak frame", "home", 1125),
            new Product("SPD-01", "Hand spade", "garden", 1340),
            new Product("POT-01", "Clay pot", "garden", 275),
            new Product("SED-01", "Wildflower seeds", "garden", 199),
            new Product("CAN-01", "Watering can", "garden", 2475),
            new Product("PEN-01", "Fountain pen", "desk", 3150),
            new Product("INK-01", "Blue ink", "desk", 780),
            new Product("NTB-01", "Notebook", "desk", 1050),
            new Product("CRD-01", "Greeting card", "desk", 285));

    private Assortment() {}

    /** @param priceMinor price of one unit, in the minor unit of the currency */
    record Product(String id, String name, String category, long priceMinor) {
        /** Returns the properties of a product event in the Segment ecommerce specification. */
        ObjectNode properties() {
            return FeedMessage.object()
                    .put("product_id", id)
                    .put("name", name)
                    .put("category", category)
                    .put("price", BigDecimal.valueOf(priceMinor, 2))
                    .put("currency", Purchase.CURRENCY);
        }
    }
}

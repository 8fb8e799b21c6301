package millrace.events;

/**
 * One line of an order.
 *
 * @param name of the product; {@code null} where unknown
 * @param quantity units; zero or less is a stock correction, which the orders service rejects
 * @param unitPriceMinor price of one unit in the minor unit of the order's currency; zero is a gift
 */
public record OrderLine(String productId, String name, long quantity, long unitPriceMinor) {}

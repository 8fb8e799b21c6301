package millrace.ingest.orders;

import java.math.BigDecimal;
import java.util.Currency;
import java.util.List;
import millrace.events.Charges;
import millrace.events.OrderLine;
import millrace.events.TransactionEvent.OrderPlaced;
import millrace.ingest.http.JsonFields;
import millrace.ingest.http.Limits;

/**
 * Checks that the amounts of an order from a shop's own system add up: lines + shipping + tax − discount + rounding =
 * total.
 */
final class OrderSums {
    private OrderSums() {}

    /** Returns the charges besides the lines; {@code null} where there are none. */
    static Charges charges(JsonFields order, Currency currency) {
        var charges = new Charges(
                OrderEndpoint.amount(order, "shipping", currency),
                OrderEndpoint.amount(order, "tax", currency),
                OrderEndpoint.amount(order, "discount", currency),
                OrderEndpoint.amount(order, "rounding", currency),
                order.text("coupon", Limits.ORDER_ID));
        return charges.equals(new Charges(null, null, null, null, null)) ? null : charges;
    }

    /** Adds a fault where the amounts do not add up. */
    static void check(OrderPlaced order, JsonFields fields, List<String> faults) {
        var charges = order.charges() == null ? new Charges(null, null, null, null, null) : order.charges();
        notNegative(fields, "shipping", charges.shippingMinor());
        notNegative(fields, "tax", charges.taxMinor());
        notNegative(fields, "discount", charges.discountMinor());
        if (order.totalMinor() == null || !faults.isEmpty()) {
            return;
        }
        var currency = Currency.getInstance(order.currency());
        var lines = order.lines().stream().map(OrderSums::sum).reduce(BigDecimal.ZERO, BigDecimal::add);
        var sum = lines.add(BigDecimal.valueOf(charges.sum()));
        var total = BigDecimal.valueOf(order.totalMinor());
        if (sum.compareTo(total) != 0) {
            faults.add("total is %s, but lines %s + shipping %s + tax %s - discount %s + rounding %s is %s: %s is off"
                    .formatted(
                            text(total, currency),
                            text(lines, currency),
                            text(charges.shippingMinor(), currency),
                            text(charges.taxMinor(), currency),
                            text(charges.discountMinor(), currency),
                            text(charges.roundingMinor(), currency),
                            text(sum, currency),
                            text(total.subtract(sum), currency)));
        }
    }

    private static void notNegative(JsonFields fields, String name, Long amount) {
        if (amount != null && amount < 0) {
            fields.fault(name, "must not be negative");
        }
    }

    private static BigDecimal sum(OrderLine line) {
        return BigDecimal.valueOf(line.unitPriceMinor()).multiply(BigDecimal.valueOf(line.quantity()));
    }

    private static String text(Long minor, Currency currency) {
        return text(BigDecimal.valueOf(minor == null ? 0 : minor), currency);
    }

    private static String text(BigDecimal minor, Currency currency) {
        return minor.movePointLeft(currency.getDefaultFractionDigits()).toPlainString();
    }
}

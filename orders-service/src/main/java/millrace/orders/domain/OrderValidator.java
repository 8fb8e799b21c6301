package millrace.orders.domain;

import java.util.List;
import java.util.OptionalLong;
import millrace.events.Charges;
import millrace.events.OrderLine;
import millrace.events.TransactionEvent.OrderPlaced;

/**
 * Finds all faults of an order, a sentence each, as many as a {@link ReasonList} holds. The total is lines + shipping +
 * tax - discount + rounding.
 */
public final class OrderValidator {
    private static final Charges NONE = new Charges(null, null, null, null, null);

    private final OrderPlaced order;
    private final Charges charges;
    private final ReasonList found = new ReasonList();

    private OrderValidator(OrderPlaced order) {
        this.order = order;
        this.charges = order.charges() == null ? NONE : order.charges();
    }

    static List<String> faults(OrderPlaced order) {
        var validator = new OrderValidator(order);
        validator.inCurrency();
        validator.inLines();
        validator.inCharges();
        validator.inTotal();
        return validator.found.list();
    }

    /** Sum of the order's parts; empty where it exceeds a long. */
    public static OptionalLong sum(OrderPlaced order) {
        return new OrderValidator(order).sum();
    }

    /** Amount that the customer is charged, at least 0: the total that was sent, else the sum of the parts, else 0. */
    static long total(OrderPlaced order) {
        var sent = order.totalMinor();
        return sent != null && sent >= 0 ? sent : Math.max(0, sum(order).orElse(0));
    }

    private OptionalLong sum() {
        try {
            return OptionalLong.of(Math.addExact(sumOfLines(), charges.sum()));
        } catch (ArithmeticException tooLarge) {
            return OptionalLong.empty();
        }
    }

    private long sumOfLines() {
        long sum = 0;
        for (var line : order.lines()) {
            sum = Math.addExact(sum, Math.multiplyExact(line.quantity(), line.unitPriceMinor()));
        }
        return sum;
    }

    private void inCurrency() {
        if (!Money.isCurrency(order.currency())) {
            found.add("Currency %s is no code of ISO 4217.".formatted(ReasonList.quoted(order.currency())));
        }
    }

    private void inLines() {
        var lines = order.lines();
        if (lines.isEmpty()) {
            found.add("The order has no lines.");
        }
        for (int i = 0; i < lines.size(); i++) {
            inLine(i + 1, lines.get(i));
        }
    }

    private void inLine(int number, OrderLine line) {
        if (line.quantity() <= 0) {
            found.add("Line %d (%s): quantity %d is not above 0."
                    .formatted(number, ReasonList.quoted(line.productId()), line.quantity()));
        }
        if (line.unitPriceMinor() < 0) {
            found.add("Line %d (%s): unit price %s is below 0."
                    .formatted(number, ReasonList.quoted(line.productId()), text(line.unitPriceMinor())));
        }
    }

    private void inCharges() {
        isNotBelowZero("shipping", charges.shippingMinor());
        isNotBelowZero("tax", charges.taxMinor());
        isNotBelowZero("discount", charges.discountMinor());
    }

    private void isNotBelowZero(String name, Long amount) {
        if (amount != null && amount < 0) {
            found.add("The %s of %s is below 0.".formatted(name, text(amount)));
        }
    }

    private void inTotal() {
        var sum = sum();
        var sent = order.totalMinor();
        if (sum.isEmpty()) {
            found.add("The parts of the order add up to more than %d minor units.".formatted(Long.MAX_VALUE));
        } else if (sent != null && sent != sum.getAsLong()) {
            found.add("The total says %s, and %s.".formatted(text(sent), parts(sum.getAsLong())));
        } else if (sum.getAsLong() < 0) {
            found.add("The total is below 0: %s.".formatted(parts(sum.getAsLong())));
        }
        if (sent != null && sent < 0 && (sum.isEmpty() || sent != sum.getAsLong())) {
            found.add("The total of %s is below 0.".formatted(text(sent)));
        }
    }

    private String parts(long sum) {
        return "lines %s + shipping %s + tax %s - discount %s + rounding %s make %s"
                .formatted(
                        text(sumOfLines()),
                        text(charges.shippingMinor()),
                        text(charges.taxMinor()),
                        text(charges.discountMinor()),
                        text(charges.roundingMinor()),
                        text(sum));
    }

    private String text(Long minor) {
        return Money.text(minor == null ? 0 : minor, order.currency());
    }
}

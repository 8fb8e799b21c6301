package millrace.orders;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import millrace.events.OrderLine;
import millrace.events.TransactionEvent.OrderPlaced;

/** What is wrong with an order: every fault at once, a sentence each, so that nobody has to send it twice to learn the second. */
final class Faults {
    private final List<String> found = new ArrayList<>();

    private Faults() {}

    static List<String> of(OrderPlaced order) {
        var faults = new Faults();
        faults.inCurrency(order.currency());
        faults.inLines(order.lines());
        faults.inTotal(order);
        return List.copyOf(faults.found);
    }

    /** Sum of the lines; empty where it does not fit into a long. */
    static OptionalLong sum(List<OrderLine> lines) {
        try {
            long sum = 0;
            for (var line : lines) {
                sum = Math.addExact(sum, Math.multiplyExact(line.quantity(), line.unitPriceMinor()));
            }
            return OptionalLong.of(sum);
        } catch (ArithmeticException tooLarge) {
            return OptionalLong.empty();
        }
    }

    private void inCurrency(String currency) {
        if (!Money.isCurrency(currency)) {
            found.add("Currency %s is no code of ISO 4217.".formatted(currency));
        }
    }

    private void inLines(List<OrderLine> lines) {
        if (lines.isEmpty()) {
            found.add("The order has no lines.");
        }
        for (int i = 0; i < lines.size(); i++) {
            inLine(i + 1, lines.get(i));
        }
    }

    private void inLine(int number, OrderLine line) {
        if (line.quantity() <= 0) {
            found.add("Line %d (%s): quantity %d is not above 0.".formatted(number, line.productId(), line.quantity()));
        }
        if (line.unitPriceMinor() < 0) {
            found.add("Line %d (%s): unit price %d is below 0."
                    .formatted(number, line.productId(), line.unitPriceMinor()));
        }
    }

    private void inTotal(OrderPlaced order) {
        var sum = sum(order.lines());
        if (sum.isEmpty()) {
            found.add("The lines add up to more than %d minor units.".formatted(Long.MAX_VALUE));
        } else if (order.totalMinor() != null && order.totalMinor() != sum.getAsLong()) {
            found.add("The lines add up to %d minor units, the total says %d."
                    .formatted(sum.getAsLong(), order.totalMinor()));
        }
    }
}

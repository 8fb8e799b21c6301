package millrace.e2e;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import millrace.events.OrderLine;
import millrace.events.OrderState.Status;
import millrace.events.TransactionEvent;
import millrace.events.TransactionEvent.CancellationRequested;
import millrace.events.TransactionEvent.DeliveryReported;
import millrace.events.TransactionEvent.OrderPlaced;
import millrace.events.TransactionEvent.PaymentReceived;
import millrace.events.TransactionEvent.RefundRequested;
import millrace.events.TransactionEvent.ShipmentReported;

/** What happens to many orders, and how each of them must end, worked out by hand. */
final class OrderScenarios {
    /** Events of each order, whatever becomes of it. */
    static final int EVENTS = 5;

    private static final Instant NOON = Instant.parse("2024-05-01T12:00:00Z");

    private final int orders;
    private final Random random;

    OrderScenarios(int orders, long seed) {
        this.orders = orders;
        this.random = new Random(seed);
    }

    /**
     * How an order must end, after as many versions as it has events.
     *
     * @param version of the last event that changed it
     */
    record End(long version, Status status, long refundedMinor) {}

    Map<String, End> ends() {
        var ends = new LinkedHashMap<String, End>();
        for (int number = 0; number < orders; number++) {
            ends.put(
                    id(number),
                    switch (number % 4) {
                        case 0 -> new End(4, Status.DELIVERED, 50);
                        case 1 -> new End(4, Status.CANCELLED, 1050);
                        case 2 -> new End(1, Status.REJECTED, 0);
                        default -> new End(5, Status.PAID, 300);
                    });
        }
        return ends;
    }

    /** The events of each order in their order, of all orders mixed, and every fifth once more at some later time. */
    List<TransactionEvent> mixed() {
        var mixed = new ArrayList<TransactionEvent>();
        var waiting = new ArrayList<List<TransactionEvent>>();
        for (int number = 0; number < orders; number++) {
            waiting.add(new ArrayList<>(story(id(number), number % 4)));
        }
        while (!waiting.isEmpty()) {
            var at = random.nextInt(waiting.size());
            mixed.add(waiting.get(at).removeFirst());
            if (waiting.get(at).isEmpty()) {
                waiting.set(at, waiting.getLast());
                waiting.removeLast();
            }
            if (random.nextInt(5) == 0) {
                mixed.add(mixed.get(random.nextInt(mixed.size())));
            }
        }
        return mixed;
    }

    private static List<TransactionEvent> story(String id, int kind) {
        return switch (kind) {
            case 0 ->
                List.of(placed(id, 1050, true), refund(id, 1, 50), sent(id, 2), arrived(id, 3), cancellation(id, 4));
            case 1 ->
                List.of(
                        placed(id, 1050, false),
                        sent(id, 1),
                        new PaymentReceived(id + "/2", "shop", id, "GBP", 1050, NOON, NOON),
                        cancellation(id, 3),
                        refund(id, 4, 50));
            case 2 ->
                List.of(placed(id, 1, false), refund(id, 1, 50), sent(id, 2), arrived(id, 3), cancellation(id, 4));
            default ->
                List.of(
                        refund(id, 1, 100),
                        refund(id, 2, 100),
                        refund(id, 3, 100),
                        cancellation(id, 4),
                        placed(id, 1050, true));
        };
    }

    private static String id(int number) {
        return "shop/order-" + number;
    }

    private static TransactionEvent placed(String id, long total, boolean paid) {
        var lines = List.of(new OrderLine("mug", null, 2, 525));
        return new OrderPlaced(
                id + "/0", "shop", id, "customer-1", null, "France", "GBP", total, paid, lines, NOON, NOON);
    }

    private static TransactionEvent refund(String id, int number, long amount) {
        return new RefundRequested(id + "/" + number, "shop", id, null, null, "GBP", amount, NOON, NOON);
    }

    private static TransactionEvent sent(String id, int number) {
        return new ShipmentReported(id + "/" + number, "shop", id, NOON, NOON);
    }

    private static TransactionEvent arrived(String id, int number) {
        return new DeliveryReported(id + "/" + number, "shop", id, NOON, NOON);
    }

    private static TransactionEvent cancellation(String id, int number) {
        return new CancellationRequested(id + "/" + number, "shop", id, "late", NOON, NOON);
    }
}

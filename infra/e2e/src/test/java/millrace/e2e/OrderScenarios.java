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

/** Events of many orders and the expected final state of each order, derived by hand. */
final class OrderScenarios {
    /** Number of events of each order, of any kind. */
    static final int EVENTS = 5;

    private static final Instant NOON = Instant.parse("2024-05-01T12:00:00Z");

    private final int orders;
    private final Random random;

    OrderScenarios(int orders, long seed) {
        this.orders = orders;
        this.random = new Random(seed);
    }

    /**
     * Expected final state of an order, after as many versions as it has events.
     *
     * @param version of the last event that changed it
     */
    record ExpectedOrder(long version, Status status, long refundedMinor) {}

    Map<String, ExpectedOrder> expectedOrders() {
        var expectedOrders = new LinkedHashMap<String, ExpectedOrder>();
        for (int number = 0; number < orders; number++) {
            expectedOrders.put(
                    id(number),
                    switch (number % 4) {
                        case 0 -> new ExpectedOrder(4, Status.DELIVERED, 50);
                        case 1 -> new ExpectedOrder(4, Status.CANCELLED, 1050);
                        case 2 -> new ExpectedOrder(1, Status.REJECTED, 0);
                        default -> new ExpectedOrder(5, Status.PAID, 300);
                    });
        }
        return expectedOrders;
    }

    /**
     * Events of all orders, interleaved at random with the sequence of each order preserved; about every fifth event
     * occurs again at a later position.
     */
    List<TransactionEvent> interleavedEvents() {
        var interleavedEvents = new ArrayList<TransactionEvent>();
        var waiting = new ArrayList<List<TransactionEvent>>();
        for (int number = 0; number < orders; number++) {
            waiting.add(new ArrayList<>(scenario(id(number), number % 4)));
        }
        while (!waiting.isEmpty()) {
            var at = random.nextInt(waiting.size());
            interleavedEvents.add(waiting.get(at).removeFirst());
            if (waiting.get(at).isEmpty()) {
                waiting.set(at, waiting.getLast());
                waiting.removeLast();
            }
            if (random.nextInt(5) == 0) {
                interleavedEvents.add(interleavedEvents.get(random.nextInt(interleavedEvents.size())));
            }
        }
        return interleavedEvents;
    }

    private static List<TransactionEvent> scenario(String id, int kind) {
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

package millrace.analytics.session;

import java.util.function.Consumer;
import millrace.analytics.engine.StateTable;
import millrace.analytics.engine.TableSpec;
import millrace.events.Json;
import millrace.events.OrderEvent.OrderAccepted;
import millrace.events.TransactionEvent.OrderPlaced;

/**
 * Finds the visitor of each accepted order. {@code transactions} names the visitor, {@code orders} the accepted order; both
 * are keyed by order, and either may be read first: whichever comes first waits. An order that comes to its visitor twice is the
 * same.
 */
public final class OrderJoin {
    /** Order, source and id of the transaction → the half that came first. */
    public static final TableSpec<Half> WAITING = TableSpec.of('j', "waiting-orders", Json.serde(Half.class), 1_000);

    private final StateTable<Half> waiting;
    private final Consumer<VisitorOrder> joined;

    /**
     * One of the two.
     *
     * @param visitor {@code null} where the order names none
     * @param accepted {@code null} for the one that only says whose it is
     */
    public record Half(String visitor, VisitorOrder accepted) {}

    /** @param joined takes each order with its visitor */
    public OrderJoin(StateTable<Half> waiting, Consumer<VisitorOrder> joined) {
        this.waiting = waiting;
        this.joined = joined;
    }

    /** A customer's clicks are keyed by the customer where no browser's id is known; so are the orders. */
    public void placed(String recordKey, OrderPlaced order, long now) {
        var visitor = order.visitor() != null ? order.visitor() : order.customerId();
        join(key(recordKey, order.source(), order.eventId()), new Half(visitor, null), now);
    }

    public void accepted(String recordKey, OrderAccepted order, long now) {
        var accepted = new VisitorOrder(
                order.orderId(),
                order.source(),
                order.timestamp(),
                order.country(),
                order.currency(),
                order.totalMinor(),
                null);
        join(key(recordKey, order.source(), order.causedBy()), new Half(null, accepted), now);
    }

    private static String key(String recordKey, String source, String transaction) {
        return recordKey + '|' + source + '|' + transaction;
    }

    private void join(String key, Half half, long now) {
        var other = waiting.get(key);
        if (other == null || (other.accepted == null) == (half.accepted == null)) {
            waiting.put(key, half, now);
            return;
        }
        waiting.delete(key);
        var accepted = half.accepted == null ? other.accepted : half.accepted;
        joined.accept(new VisitorOrder(
                accepted.orderId(),
                accepted.source(),
                accepted.timestamp(),
                accepted.country(),
                accepted.currency(),
                accepted.totalMinor(),
                half.accepted == null ? half.visitor : other.visitor));
    }
}

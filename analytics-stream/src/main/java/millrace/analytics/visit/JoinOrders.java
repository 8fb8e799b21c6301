package millrace.analytics.visit;

import java.util.Optional;
import java.util.Set;
import millrace.analytics.stream.AnalyticsConfig;
import millrace.analytics.stream.InternalFormat;
import millrace.analytics.stream.LetGo;
import millrace.analytics.visit.Deed.Ordered;
import millrace.events.Json;
import millrace.events.OrderEvent;
import millrace.events.OrderEvent.OrderAccepted;
import millrace.events.TransactionEvent;
import millrace.events.TransactionEvent.OrderPlaced;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.TimestampedKeyValueStore;
import org.apache.kafka.streams.state.ValueAndTimestamp;

/**
 * Joins the placing of an order, which names the visitor, to its acceptance; whichever comes first waits.
 * It stays until it expires: where a crash loses the joined order, the other half is read again and joined again. An order
 * that comes to its visitor twice is the same.
 */
public final class JoinOrders extends ContextualProcessor<String, JoinOrders.Half, String, Ordered> {
    /** Order, source and id of the transaction → the half that came first. */
    private static final String STORE = "order-visitors";

    private final AnalyticsConfig config;
    private TimestampedKeyValueStore<String, Half> waiting;

    /**
     * One of the two.
     *
     * @param transaction source and id of the event that placed the order
     * @param visitor {@code null} where the order names none
     * @param accepted {@code null} for the one that only says whose it is
     */
    public record Half(String transaction, String visitor, Ordered accepted) {}

    private JoinOrders(AnalyticsConfig config) {
        this.config = config;
    }

    /** A customer's clicks are keyed by the customer where no browser's id is known; so are the orders. */
    public static Half placed(TransactionEvent event) {
        var order = (OrderPlaced) event;
        return new Half(
                transaction(order.source(), order.eventId()),
                order.visitor() != null ? order.visitor() : order.customerId(),
                null);
    }

    public static Half accepted(OrderEvent event) {
        var order = (OrderAccepted) event;
        var ordered = new Ordered(
                order.orderId(),
                order.source(),
                order.timestamp(),
                order.country(),
                order.currency(),
                order.totalMinor(),
                null);
        return new Half(transaction(order.source(), order.causedBy()), null, ordered);
    }

    private static String transaction(String source, String id) {
        return source + '|' + id;
    }

    public static ProcessorSupplier<String, Half, String, Ordered> supplier(AnalyticsConfig config) {
        return new ProcessorSupplier<>() {
            @Override
            public Processor<String, Half, String, Ordered> get() {
                return new JoinOrders(config);
            }

            @Override
            public Set<StoreBuilder<?>> stores() {
                var waiting = Stores.persistentTimestampedKeyValueStore(STORE);
                return Set.of(Stores.timestampedKeyValueStoreBuilder(
                        waiting, Serdes.String(), InternalFormat.of(Json.serde(Half.class))));
            }
        };
    }

    @Override
    public void init(ProcessorContext<String, Ordered> context) {
        super.init(context);
        waiting = context.getStateStore(STORE);
        LetGo.schedule(context, waiting, config);
    }

    @Override
    public void process(Record<String, Half> record) {
        var half = record.value();
        var key = record.key() + '|' + half.transaction();
        var other = Optional.ofNullable(waiting.get(key)).map(ValueAndTimestamp::value);
        if (other.filter(known -> (known.accepted() == null) != (half.accepted() == null))
                .isEmpty()) {
            waiting.put(key, ValueAndTimestamp.make(half, record.timestamp()));
            return;
        }
        var accepted = half.accepted() == null ? other.get().accepted() : half.accepted();
        var visitor = half.accepted() == null ? half.visitor() : other.get().visitor();
        var order = new Ordered(
                accepted.orderId(),
                accepted.source(),
                accepted.timestamp(),
                accepted.country(),
                accepted.currency(),
                accepted.totalMinor(),
                visitor);
        context()
                .forward(record.withKey(visitor == null ? order.orderId() : visitor)
                        .withValue(order));
    }
}

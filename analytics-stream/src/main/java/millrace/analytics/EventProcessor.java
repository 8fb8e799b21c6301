package millrace.analytics;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import millrace.analytics.engine.Count;
import millrace.analytics.engine.Disposition;
import millrace.analytics.engine.LatenessAndDuplicateFilter;
import millrace.analytics.engine.LedgerCounter;
import millrace.analytics.engine.PartialAggregator;
import millrace.analytics.engine.StateTable;
import millrace.analytics.engine.TableSpec;
import millrace.analytics.engine.TaskProcessor;
import millrace.analytics.engine.TwoPhaseAggregate;
import millrace.analytics.engine.Window;
import millrace.analytics.session.OrderJoin;
import millrace.analytics.session.SessionRules;
import millrace.analytics.session.Sessionizer;
import millrace.analytics.session.VisitorOrder;
import millrace.events.Channel;
import millrace.events.Channels;
import millrace.events.ClickEvent;
import millrace.events.EventCameLate;
import millrace.events.Json;
import millrace.events.OrderEvent;
import millrace.events.OrderEvent.OrderAccepted;
import millrace.events.SourcedEvent;
import millrace.events.TransactionEvent;
import millrace.events.TransactionEvent.OrderPlaced;
import org.apache.kafka.common.metrics.Sensor;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Reads the events of one partition of each input channel: judges each once, and lets each that is on time count in all
 * aggregates. What changes is passed on when it is committed.
 */
final class EventProcessor extends TaskProcessor<Object, Object> {
    /** Name of the store that the processors of the partition share. */
    static final String STORE = "events";

    static final String VISITS = "visits-changed";
    static final String CARTS = "carts-changed";
    static final String ATTRIBUTED = "orders-attributed";
    static final String LATE = "late";
    static final String COUNTED = "counted";
    static final String JOINED = "orders-joined";
    static final String PARTIALS = "partials";

    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

    /** Channel, partition and offset → what is to be written to the channel of late events. */
    private static final TableSpec<Late> LATE_EVENTS =
            TableSpec.of('e', "late-events", Json.serde(Late.class), 0).emitting(TableSpec.Emission.ONCE);

    /** Order and its channel's offset → order that is to go to its visitor. */
    private static final TableSpec<VisitorOrder> JOINED_ORDERS = TableSpec.of(
                    'o', "joined-orders", Json.serde(VisitorOrder.class), 0)
            .emitting(TableSpec.Emission.ONCE);

    private final Topics topics;
    private final AnalyticsConfig config;
    private final Map<String, LedgerCounter> ledger = new TreeMap<>();
    private final Map<String, Sensor> duplicates = new TreeMap<>();
    private LatenessAndDuplicateFilter clicks;
    private LatenessAndDuplicateFilter orders;
    private PartialAggregator partials;
    private Sessionizer sessions;
    private OrderJoin join;
    private StateTable<Late> lateEvents;
    private StateTable<VisitorOrder> joinedOrders;
    private long now;

    /** @param key of the event's record */
    record Late(String key, EventCameLate event) {}

    EventProcessor(Topics topics, AnalyticsConfig config) {
        super(STORE, true);
        this.topics = topics;
        this.config = config;
    }

    @Override
    protected void begin(ProcessorContext<String, Object> context) {
        var job = context.applicationId().substring(topics.prefix().length());
        for (var channel : List.of(Channels.CLICKS, Channels.ORDERS, Channels.TRANSACTIONS)) {
            ledger.put(channel.name(), ledger(channel.name(), job));
        }
        clicks = judged(Channels.CLICKS, context);
        orders = judged(Channels.ORDERS, context);
        partials = partials(config.grace())
                .of(PageViewsAggregate.SPEC, Channels.CLICKS.name(), clicks.watermarks(), context)
                .of(FunnelAggregate.SPEC, Channels.CLICKS.name(), clicks.watermarks(), context)
                .of(TrendingAggregate.SPEC, Channels.CLICKS.name(), clicks.watermarks(), context)
                .of(TopProductsAggregate.SPEC, Channels.CLICKS.name(), clicks.watermarks(), context)
                .of(TopProductsAggregate.SPEC, Channels.ORDERS.name(), orders.watermarks(), context)
                .of(RevenueAggregate.SPEC, Channels.ORDERS.name(), orders.watermarks(), context);
        var tables = Sessionizer.Tables.of(this::table);
        sessions = new Sessionizer(tables, clicks.watermarks(), rules(config), this::countFunnel);
        var waiting = table(OrderJoin.WAITING);
        join = new OrderJoin(waiting, this::joined);
        lateEvents = table(LATE_EVENTS);
        joinedOrders = table(JOINED_ORDERS);
        var ttl = ttl(config.shadow() ? null : config.keep())
                .expired(clicks)
                .expired(orders)
                .unchanged(partials)
                .unchanged(waiting);
        tables.expiring().forEach(ttl::unchanged);
        context.schedule(
                LOOK_EVERY,
                PunctuationType.WALL_CLOCK_TIME,
                time -> sessions.lookAgain(topics.readUntil(), context.currentStreamTimeMs()));
    }

    static SessionRules rules(AnalyticsConfig config) {
        return new SessionRules(config.visitGap(), config.grace(), config.cartPatience());
    }

    private LatenessAndDuplicateFilter judged(Channel<?, ?> channel, ProcessorContext<?, ?> context) {
        duplicates.put(
                channel.name(),
                context.metrics()
                        .addRateTotalSensor(
                                "analytics", channel.name(), "repeated-events", Sensor.RecordingLevel.INFO));
        return filter(channel.name(), config.grace());
    }

    @Override
    protected void apply(Record<String, Object> record, long offset) {
        now = record.timestamp();
        switch (record.value()) {
            case ClickEvent click -> judge(Channels.CLICKS, clicks, record, click, offset, this::clicked);
            case OrderEvent order -> judge(Channels.ORDERS, orders, record, order, offset, this::ordered);
            case TransactionEvent transaction -> {
                ledger.get(Channels.TRANSACTIONS.name()).count(Disposition.ON_TIME, offset, now);
                if (transaction instanceof OrderPlaced placed) {
                    join.placed(record.key(), placed, now);
                }
            }
            default -> throw new IllegalArgumentException("Not an event of an input channel: " + record.value());
        }
    }

    private <E extends SourcedEvent> void judge(
            Channel<?, E> channel,
            LatenessAndDuplicateFilter filter,
            Record<String, Object> record,
            E event,
            long offset,
            BiConsumer<String, E> onTime) {
        var disposition = filter.judge(record, event);
        ledger.get(channel.name()).count(disposition, offset, now);
        switch (disposition) {
            case ON_TIME -> onTime.accept(record.key(), event);
            case DUPLICATE -> duplicates.get(channel.name()).record();
            case LATE -> {
                var key = channel.name() + '|' + context().taskId().partition() + '|' + offset;
                lateEvents.put(key, new Late(record.key(), filter.late(event, now)), now);
            }
        }
    }

    private void clicked(String visitor, ClickEvent click) {
        count(PageViewsAggregate.SPEC, Channels.CLICKS, PageViewsAggregate.counts(click));
        count(TrendingAggregate.SPEC, Channels.CLICKS, TrendingAggregate.counts(click));
        count(TopProductsAggregate.SPEC, Channels.CLICKS, TopProductsAggregate.counts(click));
        sessions.clicked(visitor, click, now);
    }

    private void ordered(String order, OrderEvent event) {
        count(TopProductsAggregate.SPEC, Channels.ORDERS, TopProductsAggregate.counts(event));
        count(RevenueAggregate.SPEC, Channels.ORDERS, RevenueAggregate.counts(event));
        if (event instanceof OrderAccepted accepted) {
            join.accepted(order, accepted, now);
        }
    }

    private void count(TwoPhaseAggregate aggregate, Channel<?, ?> channel, List<Count> counts) {
        for (var count : counts) {
            partials.count(aggregate, channel.name(), count, now);
        }
    }

    private void countFunnel(Count count, long time) {
        partials.count(FunnelAggregate.SPEC, Channels.CLICKS.name(), count, time);
    }

    private void joined(VisitorOrder order) {
        joinedOrders.put(order.orderId() + '|' + order.source(), order, now);
    }

    @Override
    protected void emit(char table, String key, Object value, byte[] payload, long timestamp) {
        switch (table) { // Each id stands at its TableSpec: of Sessionizer, of LedgerCounter, and above.
            case PartialAggregator.TABLE ->
                partials.emit(key, value, (place, partial) -> forward(place, partial, timestamp, PARTIALS));
            case 'x' -> forward(Window.withoutMillis(key), payload, timestamp, VISITS);
            case 'c' -> forward(key, payload, timestamp, CARTS);
            case 'a' -> forward(key, payload, timestamp, ATTRIBUTED);
            case 'n' -> forward(key, value, timestamp, COUNTED);
            case 'e' -> forward(((Late) value).key(), ((Late) value).event(), timestamp, LATE);
            case 'o' -> {
                var order = (VisitorOrder) value;
                forward(order.visitor() == null ? order.orderId() : order.visitor(), order, timestamp, JOINED);
            }
            default -> throw new IllegalStateException("Nothing is passed on of the table " + table);
        }
    }

    private void forward(String key, Object value, long timestamp, String step) {
        context().forward(new Record<>(key, value, timestamp), step);
    }
}

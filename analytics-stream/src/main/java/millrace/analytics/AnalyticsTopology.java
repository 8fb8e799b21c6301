package millrace.analytics;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import millrace.analytics.engine.BrokerFence;
import millrace.analytics.engine.InternalFormat;
import millrace.analytics.engine.Partial;
import millrace.analytics.engine.TaskStore;
import millrace.analytics.engine.WriterFence;
import millrace.analytics.session.VisitorOrder;
import millrace.events.Catalogue;
import millrace.events.Channel;
import millrace.events.Channels;
import millrace.events.Json;
import millrace.events.RateLimit;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Repartitioned;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.state.StoreBuilder;

/**
 * The topology of the whole job: one task and one store for each partition of events, and one for each partition of
 * aggregates.
 *
 * <pre>
 * clicks ───────┐                    ┌─▶ visits, abandoned-carts, order-attribution, late-events, ledger
 * orders ───────┼─▶ EventProcessor ──┤
 * transactions ─┘          │         ├─▶ orders of visitors ─▶ VisitorOrderProcessor
 *                          │         │                                  │
 *                       [events] ◀───┼──────────────────────────────────┘
 *                                    │
 *                                    └─▶ partial counts ─▶ AggregateProcessor ─▶ page-views-per-minute, funnel-per-hour,
 *                                                                  │              revenue-per-minute, top-products,
 *                                                             [aggregates]        trending-products
 * </pre>
 *
 * Lateness and duplicates are decided once, at the source partition: a duplicate is dropped, a late event goes to {@code
 * late-events}. The timestamp of a record is the time at which the edge accepted the event; windows go by the event's own
 * time, which is part of the key.
 */
final class AnalyticsTopology {
    /** What Kafka Streams calls the topic of orders on their way to their visitors, behind the id of the application. */
    static final String ORDERS_OF_VISITORS = "-orders-of-visitors-repartition";

    private AnalyticsTopology() {}

    static Topology build(Topics topics, AnalyticsConfig config) {
        return build(topics, config, AnalyticsTopology::fence);
    }

    private static WriterFence fence(Map<String, Object> settings) {
        var producer = new StreamsConfig(settings).getProducerConfigs("analytics-fence");
        return new BrokerFence(producer);
    }

    /** @param fence makes the fence of a task's changelog of the settings of the job */
    static Topology build(Topics topics, AnalyticsConfig config, Function<Map<String, Object>, WriterFence> fence) {
        var builder = new StreamsBuilder();
        var rate = config.replayRate();
        var limit = rate == 0 ? Optional.<RateLimit>empty() : Optional.of(new RateLimit(rate, Duration.ZERO));
        var store = TaskStore.builder(EventProcessor.STORE, fence);
        var events = any(topics.read(builder, Channels.TRANSACTIONS, limit))
                .merge(any(topics.read(builder, Channels.CLICKS, limit)), Named.as("clicks-merged"))
                .merge(any(topics.read(builder, Channels.ORDERS, limit)), Named.as("orders-merged"))
                .process(supplier(() -> new EventProcessor(topics, config), store), Named.as("events-process"));

        writeRows(topics, events, EventProcessor.VISITS, Channels.VISITS);
        writeRows(topics, events, EventProcessor.CARTS, Channels.ABANDONED_CARTS);
        writeRows(topics, events, EventProcessor.ATTRIBUTED, Channels.ORDER_ATTRIBUTION);
        write(topics, events, EventProcessor.LATE, Channels.LATE_EVENTS);
        write(topics, events, EventProcessor.COUNTED, Channels.LEDGER);

        // As many partitions as the clicks have, so that one task has both clicks and orders of a visitor.
        AnalyticsTopology.<VisitorOrder>of(events, EventProcessor.JOINED)
                .repartition(Repartitioned.with(Serdes.String(), InternalFormat.of(Json.serde(VisitorOrder.class)))
                        .withName("orders-of-visitors")
                        .withNumberOfPartitions(
                                Catalogue.entry(Channels.CLICKS.name()).partitions()))
                .process(
                        () -> new VisitorOrderProcessor(config),
                        Named.as("orders-of-visitors-process"),
                        EventProcessor.STORE);

        var aggregates = AnalyticsTopology.<Partial>of(events, EventProcessor.PARTIALS)
                .repartition(Repartitioned.with(Serdes.String(), Partial.SERDE).withName("partials"))
                .process(
                        supplier(
                                () -> new AggregateProcessor(config),
                                TaskStore.builder(AggregateProcessor.STORE, fence)),
                        Named.as("aggregates-process"));
        write(topics, aggregates, AggregateProcessor.PAGE_VIEWS, Channels.PAGE_VIEWS);
        write(topics, aggregates, AggregateProcessor.FUNNEL, Channels.FUNNEL);
        write(topics, aggregates, AggregateProcessor.REVENUE, Channels.REVENUE);
        write(topics, aggregates, AggregateProcessor.TOP_PRODUCTS, Channels.TOP_PRODUCTS);
        write(topics, aggregates, AggregateProcessor.TRENDING, Channels.TRENDING_PRODUCTS);
        return builder.build();
    }

    /** Without a step: each would copy the headers of every record. */
    @SuppressWarnings("unchecked")
    private static KStream<String, Object> any(KStream<String, ?> stream) {
        return (KStream<String, Object>) stream;
    }

    private static <I, O> ProcessorSupplier<String, I, String, O> supplier(
            Supplier<Processor<String, I, String, O>> processor, StoreBuilder<?> store) {
        return new ProcessorSupplier<>() {
            @Override
            public Processor<String, I, String, O> get() {
                return processor.get();
            }

            @Override
            public Set<StoreBuilder<?>> stores() {
                return Set.of(store);
            }
        };
    }

    /** Takes what a processor forwards to a step. */
    @SuppressWarnings("unchecked")
    private static <V> KStream<String, V> of(KStream<String, Object> changes, String step) {
        return changes.mapValues(value -> (V) value, Named.as(step));
    }

    /** Writes rows of a table that has the format of the channel: they are bytes already. */
    private static void writeRows(Topics topics, KStream<String, Object> changes, String step, Channel<String, ?> to) {
        write(topics, changes, step, new Channel<>(to.name(), to.key(), Serdes.ByteArray()));
    }

    private static <V> void write(Topics topics, KStream<String, Object> changes, String step, Channel<String, V> to) {
        topics.write(of(changes, step), to);
    }
}

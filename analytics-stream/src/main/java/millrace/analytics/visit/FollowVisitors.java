package millrace.analytics.visit;

import java.util.Set;
import millrace.analytics.stream.AnalyticsConfig;
import millrace.analytics.stream.Clocks;
import millrace.analytics.stream.InternalFormat;
import millrace.analytics.stream.LetGo;
import millrace.analytics.stream.ReadUntil;
import millrace.analytics.stream.SerializedOnce;
import millrace.analytics.stream.Window;
import millrace.analytics.visit.Deed.Ordered;
import millrace.analytics.visit.Visitor.Pace;
import millrace.events.Json;
import millrace.events.OrderAttribution;
import millrace.events.Visit;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.PunctuationType;
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
 * Remembers what each visitor did, and tells what has changed with each click and order, and when the clock of a source
 * has come past the end of a visit or the patience for a cart.
 */
public final class FollowVisitors extends ContextualProcessor<String, Deed, String, Told> {
    /** Start with milliseconds, source and visitor → {@link Visit}. */
    public static final String VISITS = "visits-store";

    /** Written to the store, and at once to the channel. */
    public static final Serde<Visit> VISIT = SerializedOnce.of(Json.serde(Visit.class));

    /** Order id → {@link OrderAttribution}. */
    public static final String ORDERS = "attribution-store";

    private final String channel;
    private final ReadUntil readUntil;
    private final AnalyticsConfig config;
    private final long gap;
    private Memory memory;
    private TimestampedKeyValueStore<String, Visit> visits;
    private TimestampedKeyValueStore<String, OrderAttribution> orders;
    private Clocks clocks;
    private Due due;

    private FollowVisitors(String channel, ReadUntil readUntil, AnalyticsConfig config) {
        this.channel = channel;
        this.readUntil = readUntil;
        this.config = config;
        gap = config.visitGap().toMillis();
    }

    /**
     * @param channel whose clocks say how late it is for a source
     * @param readUntil until when the channel is read
     */
    public static ProcessorSupplier<String, Deed, String, Told> supplier(
            String channel, ReadUntil readUntil, AnalyticsConfig config) {
        return new ProcessorSupplier<>() {
            @Override
            public Processor<String, Deed, String, Told> get() {
                return new FollowVisitors(channel, readUntil, config);
            }

            @Override
            public Set<StoreBuilder<?>> stores() {
                return Set.of(
                        store(Memory.RECENT, VisitorBytes.SERDE).withCachingEnabled(),
                        store(Memory.PAST, VisitorBytes.SERDE),
                        store(VISITS, InternalFormat.of(VISIT)),
                        store(ORDERS, InternalFormat.of(Json.serde(OrderAttribution.class))),
                        Due.store());
            }
        };
    }

    private static <V> StoreBuilder<TimestampedKeyValueStore<String, V>> store(String name, Serde<V> serde) {
        return Stores.timestampedKeyValueStoreBuilder(
                Stores.persistentTimestampedKeyValueStore(name), Serdes.String(), serde);
    }

    @Override
    public void init(ProcessorContext<String, Told> context) {
        super.init(context);
        memory = Memory.begin(context, config);
        visits = context.getStateStore(VISITS);
        orders = context.getStateStore(ORDERS);
        clocks = Clocks.of(context, channel);
        due = new Due(context.getStateStore(Due.STORE));
        LetGo.schedule(context, visits, config);
        LetGo.schedule(context, orders, config);
        context.schedule(Due.LOOK_EVERY, PunctuationType.WALL_CLOCK_TIME, now -> lookAgain());
    }

    @Override
    public void process(Record<String, Deed> record) {
        switch (record.value()) {
            case Deed.Clicked clicked ->
                Stay.of(clicked.click()).ifPresent(click -> clicked(record.key(), click, record.timestamp()));
            case Ordered order
            when order.visitor() == null ->
                tell(order.orderId(), new Told.OfOrder(Rows.attribution(order, null)), record.timestamp());
            case Ordered order -> {
                var before = memory.of(record.key(), Memory.EVERYTHING);
                change(record.key(), before, before.with(order), record.timestamp());
            }
        }
    }

    private void clicked(String name, Stay click, long now) {
        var recent = memory.of(name, click.start() - gap);
        var pace = recent.pace(click.source());
        var clock = Math.max(pace.clock(), clocks.time(click.source()));
        // What is due has to be told of before the clock goes past it, also where it is of long ago.
        var before = clock < pace.due() ? recent : memory.of(name, Memory.EVERYTHING);
        change(name, before, before.with(click, gap).at(click.source(), new Pace(clock, pace.due())), now);
    }

    private void lookAgain() {
        clocks.withSilence(
                readUntil,
                (source, clock) -> due.until(source, clock).forEach(name -> {
                    var before = memory.of(name, Memory.EVERYTHING);
                    var after = before.at(
                            source, new Pace(Math.max(clock, before.pace(source).clock()), Pace.NEVER));
                    change(name, before, after, context().currentStreamTimeMs());
                }));
    }

    private void change(String name, Visitor before, Visitor after, long now) {
        new Difference(name, (key, change) -> tell(key, change, now))
                .between(Outcome.of(before, config), Outcome.of(after, config));
        memory.keep(name, due.arm(name, after, config), now);
    }

    private void tell(String key, Told told, long now) {
        switch (told) {
            case Told.OfVisit visit -> visits.put(Window.withMillis(key), ValueAndTimestamp.make(visit.visit(), now));
            case Told.OfOrder order -> orders.put(key, ValueAndTimestamp.make(order.order(), now));
            case Told.OfCart cart -> {}
            case Told.OfFunnel funnel -> {}
        }
        context().forward(new Record<>(key, told, now), told.step());
    }
}

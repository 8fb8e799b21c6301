package millrace.analytics.visit;

import java.util.List;
import java.util.Set;
import millrace.analytics.stream.AnalyticsConfig;
import millrace.analytics.stream.Clocks;
import millrace.analytics.stream.LetGo;
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
    /** Start, source and visitor → {@link Visit}. */
    public static final String VISITS = "visits-store";

    /** Order id → {@link OrderAttribution}. */
    public static final String ORDERS = "attribution-store";

    private static final long EVERYTHING = Long.MIN_VALUE;

    static final String RECENT = "visitors";
    static final String PAST = "visitors-past";

    private final String channel;
    private final AnalyticsConfig config;
    private final long gap;
    private TimestampedKeyValueStore<String, Visitor> recent;
    private TimestampedKeyValueStore<String, Visitor> past;
    private TimestampedKeyValueStore<String, Visit> visits;
    private TimestampedKeyValueStore<String, OrderAttribution> orders;
    private Clocks clocks;
    private Due due;

    private FollowVisitors(String channel, AnalyticsConfig config) {
        this.channel = channel;
        this.config = config;
        gap = config.visitGap().toMillis();
    }

    /** @param channel whose clocks say how late it is for a source */
    public static ProcessorSupplier<String, Deed, String, Told> supplier(String channel, AnalyticsConfig config) {
        return new ProcessorSupplier<>() {
            @Override
            public Processor<String, Deed, String, Told> get() {
                return new FollowVisitors(channel, config);
            }

            @Override
            public Set<StoreBuilder<?>> stores() {
                return Set.of(
                        store(RECENT, VisitorBytes.SERDE).withCachingEnabled(),
                        store(PAST, VisitorBytes.SERDE),
                        store(VISITS, Json.serde(Visit.class)).withCachingEnabled(),
                        store(ORDERS, Json.serde(OrderAttribution.class)),
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
        recent = context.getStateStore(RECENT);
        past = context.getStateStore(PAST);
        visits = context.getStateStore(VISITS);
        orders = context.getStateStore(ORDERS);
        clocks = Clocks.of(context, channel);
        due = new Due(context.getStateStore(Due.STORE));
        List.of(recent, past).forEach(store -> LetGo.schedule(context, store, config.keep()));
        LetGo.schedule(context, visits, config.keep());
        LetGo.schedule(context, orders, config.keep());
        context.schedule(Due.LOOK_EVERY, PunctuationType.WALL_CLOCK_TIME, now -> lookAgain());
    }

    @Override
    public void process(Record<String, Deed> record) {
        clocks.heardSomething();
        switch (record.value()) {
            case Deed.Clicked clicked ->
                Stay.of(clicked.click()).ifPresent(click -> clicked(record.key(), click, record.timestamp()));
            case Ordered order
            when order.visitor() == null ->
                tell(order.orderId(), new Told.OfOrder(Outcome.attribution(order)), record.timestamp());
            case Ordered order -> {
                var before = known(record.key(), EVERYTHING);
                change(record.key(), before, before.with(order), record.timestamp());
            }
        }
    }

    private void clicked(String name, Stay click, long now) {
        var before = known(name, click.start() - gap);
        var pace = before.pace(click.source());
        var clock = Math.max(pace.clock(), clocks.time(click.source()));
        change(name, before, before.with(click, gap).at(click.source(), new Pace(clock, pace.due())), now);
    }

    private void lookAgain() {
        clocks.withSilence((source, clock) -> due.until(source, clock).forEach(name -> {
            var before = known(name, EVERYTHING);
            var after = before.at(
                    source, new Pace(Math.max(clock, before.pace(source).clock()), Pace.NEVER));
            change(name, before, after, context().currentStreamTimeMs());
        }));
    }

    /** What is remembered since then, and maybe more. */
    private Visitor known(String name, long since) {
        var row = recent.get(name);
        var visitor = row == null ? Visitor.UNKNOWN : row.value();
        if (row == null || visitor.pastUntil() == Visitor.NO_PAST || since > visitor.pastUntil()) {
            return visitor;
        }
        var before = past.get(name);
        return before == null ? visitor : visitor.and(before.value());
    }

    private void change(String name, Visitor before, Visitor after, long now) {
        var told = Outcome.of(name, before, config);
        var toTell = Outcome.of(name, after, config);
        Difference.between(told, toTell).forEach((key, change) -> tell(key, change, now));
        keep(name, due.arm(name, after, config), now);
    }

    private void tell(String key, Told told, long now) {
        switch (told) {
            case Told.OfVisit visit -> visits.put(key, row(visit.visit(), now));
            case Told.OfOrder order -> orders.put(key, row(order.order(), now));
            case Told.OfCart cart -> {}
            case Told.OfFunnel funnel -> {}
        }
        context().forward(new Record<>(key, told, now));
    }

    /** Moves what ended long ago into the other row. */
    private void keep(String name, Visitor visitor, long now) {
        var recentStays =
                visitor.stays().stream().filter(stay -> isRecent(stay, visitor)).toList();
        if (recentStays.size() == visitor.stays().size() && visitor.orders().isEmpty()) {
            recent.put(name, row(visitor, now));
            return;
        }
        var split = visitor.split(recentStays);
        if (split.past().isPresent()) {
            var before = visitor.pastUntil() == Visitor.NO_PAST ? null : past.get(name);
            var all = before == null ? split.past().get() : split.past().get().and(before.value());
            past.put(name, row(all.asPast(), now));
        }
        recent.put(name, row(split.recent(), now));
    }

    private boolean isRecent(Stay stay, Visitor visitor) {
        return stay.end() + 2 * gap >= visitor.pace(stay.source()).clock();
    }

    private static <V> ValueAndTimestamp<V> row(V value, long now) {
        return ValueAndTimestamp.make(value, now);
    }
}

package millrace.analytics;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import millrace.events.ClickEvent.PageViewed;
import millrace.events.Json;
import millrace.events.Visit;
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
 * Joins a page view to the visits it touches. Views may come in any order within the grace: one may prolong a visit at
 * either end, or be the missing piece between two, which then become one.
 */
final class JoinVisits extends ContextualProcessor<String, PageViewed, String, Visit> {
    /** Source and visitor → the visits that a view may still touch. */
    static final String RECENT = "visits-recent";

    private final Duration gap;
    private final Duration grace;
    private TimestampedKeyValueStore<String, Visit[]> recent;
    private TimestampedKeyValueStore<String, Visit> visits;

    private JoinVisits(AnalyticsConfig config) {
        gap = config.visitGap();
        grace = config.grace();
    }

    static ProcessorSupplier<String, PageViewed, String, Visit> supplier(AnalyticsConfig config) {
        return new ProcessorSupplier<>() {
            @Override
            public Processor<String, PageViewed, String, Visit> get() {
                return new JoinVisits(config);
            }

            @Override
            public Set<StoreBuilder<?>> stores() {
                return Set.of(
                        Stores.timestampedKeyValueStoreBuilder(
                                Stores.persistentTimestampedKeyValueStore(RECENT),
                                Serdes.String(),
                                Json.serde(Visit[].class)),
                        Stores.timestampedKeyValueStoreBuilder(
                                Stores.persistentTimestampedKeyValueStore(VisitsTopology.STORE),
                                Serdes.String(),
                                Json.serde(Visit.class)));
            }
        };
    }

    @Override
    public void init(ProcessorContext<String, Visit> context) {
        super.init(context);
        recent = context.getStateStore(RECENT);
        visits = context.getStateStore(VisitsTopology.STORE);
    }

    @Override
    public void process(Record<String, PageViewed> record) {
        var view = record.value();
        var visitor = view.source() + '|' + record.key();
        var apart = new ArrayList<Visit>();
        var touched = new ArrayList<Visit>();
        recent(visitor).forEach(visit -> (touch(visit, view.timestamp()) ? touched : apart).add(visit));

        var joined =
                new Visit(view.timestamp(), view.timestamp(), view.source(), record.key(), 1, view.path(), view.path());
        for (var visit : touched) {
            joined = join(visit, joined);
        }
        for (var visit : touched) {
            if (!visit.start().equals(joined.start())) {
                remove(visit, record);
            }
        }
        put(joined, record);
        apart.add(joined);
        recent.put(visitor, ValueAndTimestamp.make(stillOpen(apart), record.timestamp()));
    }

    private List<Visit> recent(String visitor) {
        var known = recent.get(visitor);
        return known == null ? List.of() : List.of(known.value());
    }

    private boolean touch(Visit visit, Instant time) {
        return !time.isBefore(visit.start().minus(gap))
                && !time.isAfter(visit.end().plus(gap));
    }

    /** The known visit comes first: of two views at the same instant, the one that was logged first is the entry. */
    private static Visit join(Visit known, Visit other) {
        var first = other.start().isBefore(known.start()) ? other : known;
        var last = other.end().isBefore(known.end()) ? known : other;
        return new Visit(
                first.start(),
                last.end(),
                known.source(),
                known.visitor(),
                known.views() + other.views(),
                first.entry(),
                last.exit());
    }

    private void remove(Visit visit, Record<String, PageViewed> cause) {
        visits.delete(key(visit));
        context().forward(new Record<>(key(visit), null, cause.timestamp()));
    }

    private void put(Visit visit, Record<String, PageViewed> cause) {
        visits.put(key(visit), ValueAndTimestamp.make(visit, cause.timestamp()));
        context().forward(new Record<>(key(visit), visit, cause.timestamp()));
    }

    /** No view that counts can be more than the grace behind the latest view: what ended longer ago is closed. */
    private Visit[] stillOpen(List<Visit> all) {
        var latest = all.stream().map(Visit::end).max(Instant::compareTo).orElseThrow();
        var closed = latest.minus(grace).minus(gap);
        return all.stream().filter(visit -> !visit.end().isBefore(closed)).toArray(Visit[]::new);
    }

    private static String key(Visit visit) {
        return Window.key(visit.start(), visit.source(), visit.visitor());
    }
}

package millrace.analytics.visit;

import millrace.analytics.stream.AnalyticsConfig;
import millrace.analytics.stream.LetGo;
import org.apache.kafka.streams.processor.api.ProcessingContext;
import org.apache.kafka.streams.state.TimestampedKeyValueStore;
import org.apache.kafka.streams.state.ValueAndTimestamp;

/** Where visitors are remembered: what they did of late in one row, which each click reads, the rest in another. */
final class Memory {
    static final String RECENT = "visitors";
    static final String PAST = "visitors-past";

    /** Since ever. */
    static final long EVERYTHING = Long.MIN_VALUE;

    private final TimestampedKeyValueStore<String, Visitor> recent;
    private final TimestampedKeyValueStore<String, Visitor> past;
    private final long gap;

    private Memory(
            TimestampedKeyValueStore<String, Visitor> recent,
            TimestampedKeyValueStore<String, Visitor> past,
            long gap) {
        this.recent = recent;
        this.past = past;
        this.gap = gap;
    }

    static Memory begin(ProcessingContext context, AnalyticsConfig config) {
        TimestampedKeyValueStore<String, Visitor> recent = context.getStateStore(RECENT);
        TimestampedKeyValueStore<String, Visitor> past = context.getStateStore(PAST);
        LetGo.schedule(context, recent, config);
        LetGo.schedule(context, past, config);
        return new Memory(recent, past, config.visitGap().toMillis());
    }

    /** What is remembered since then, and maybe more. */
    Visitor of(String name, long since) {
        var row = recent.get(name);
        var visitor = row == null ? Visitor.UNKNOWN : row.value();
        if (visitor.pastUntil() == Visitor.NO_PAST || since > visitor.pastUntil()) {
            return visitor;
        }
        var before = past.get(name);
        return before == null ? visitor : visitor.and(before.value());
    }

    /** Moves what ended long ago into the other row. */
    void keep(String name, Visitor visitor, long now) {
        var stays =
                visitor.stays().stream().filter(stay -> isRecent(stay, visitor)).toList();
        if (stays.size() == visitor.stays().size() && visitor.orders().isEmpty()) {
            recent.put(name, ValueAndTimestamp.make(visitor, now));
            return;
        }
        var split = visitor.split(stays);
        split.past().ifPresent(old -> {
            var before = visitor.pastUntil() == Visitor.NO_PAST ? null : past.get(name);
            var all = before == null ? old : old.and(before.value());
            past.put(name, ValueAndTimestamp.make(all.asPast(), now));
        });
        recent.put(name, ValueAndTimestamp.make(split.recent(), now));
    }

    private boolean isRecent(Stay stay, Visitor visitor) {
        return stay.end() + 2 * gap >= visitor.pace(stay.source()).clock();
    }
}

package millrace.analytics;

import java.time.Duration;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.TimestampedKeyValueStore;

/**
 * Lets go of rows of a store that no event has changed for a while, by the time at which the edge accepted events: that
 * clock is in the log, so a replay lets go of the same rows. The record on the channel stays.
 */
final class LetGo<K, V> extends ContextualProcessor<K, V, Void, Void> {
    private static final Duration EVERY = Duration.ofHours(1);

    private final String store;
    private final Duration keep;

    LetGo(String store, Duration keep) {
        this.store = store;
        this.keep = keep;
    }

    @Override
    public void init(ProcessorContext<Void, Void> context) {
        super.init(context);
        TimestampedKeyValueStore<Object, Object> rows = context.getStateStore(store);
        context.schedule(EVERY, PunctuationType.STREAM_TIME, now -> letGo(rows, now));
    }

    @Override
    public void process(Record<K, V> row) {
        // The row is in its store already; only the clock is of interest here.
    }

    private void letGo(TimestampedKeyValueStore<Object, Object> rows, long now) {
        try (var all = rows.all()) {
            all.forEachRemaining(row -> {
                if (row.value.timestamp() < now - keep.toMillis()) {
                    rows.delete(row.key);
                }
            });
        }
    }
}

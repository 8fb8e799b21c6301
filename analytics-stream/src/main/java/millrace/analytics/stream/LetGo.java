package millrace.analytics.stream;

import java.time.Duration;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ProcessingContext;
import org.apache.kafka.streams.state.TimestampedKeyValueStore;

/**
 * Lets go of rows of a store that no event has changed for a while, by the time at which the edge accepted events: that
 * clock is in the log, so a replay lets go of the same rows. The record on the channel stays.
 */
public final class LetGo {
    private static final Duration EVERY = Duration.ofHours(1);

    private LetGo() {}

    /**
     * To be called when a processor that has the store begins. Where a generation is rebuilt partitions are read at
     * different speeds, and a row may be old for one while another still has to count in it: it begins when it is live.
     */
    public static <K, V> void schedule(
            ProcessingContext context, TimestampedKeyValueStore<K, V> rows, AnalyticsConfig config) {
        if (!config.shadow()) {
            var keep = config.keep().toMillis();
            context.schedule(EVERY, PunctuationType.STREAM_TIME, now -> letGo(rows, now - keep));
        }
    }

    private static <K, V> void letGo(TimestampedKeyValueStore<K, V> rows, long before) {
        try (var all = rows.all()) {
            all.forEachRemaining(row -> {
                if (row.value.timestamp() < before) {
                    rows.delete(row.key);
                }
            });
        }
    }
}

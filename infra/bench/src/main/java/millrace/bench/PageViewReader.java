package millrace.bench;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import millrace.events.Channel;
import millrace.events.PageViews;
import org.apache.kafka.clients.consumer.KafkaConsumer;

/**
 * Adds up the current rows of a channel of page views, as a consumer of committed records sees them, without those of
 * measurements of latency.
 */
final class PageViewReader implements AutoCloseable {
    private final KafkaConsumer<String, PageViews> consumer;
    private final Map<String, Long> rows = new HashMap<>();
    private long views;
    private long changed = System.nanoTime();

    PageViewReader(TestBed bed, Channel<String, PageViews> channel) {
        this.consumer = bed.reader(channel);
        consumer.seekToBeginning(consumer.assignment());
    }

    /** Reads what there is and returns the views of all rows. */
    long views() {
        for (var records = consumer.poll(Duration.ZERO); !records.isEmpty(); records = consumer.poll(Duration.ZERO)) {
            for (var record : records) {
                if (!record.key().contains("|" + AnalyticsMeasurement.MEASURED)) {
                    note(record.key(), record.value());
                }
            }
        }
        return views;
    }

    /** Returns the time since the views changed last, or since the start. */
    Duration sinceChange() {
        return Duration.ofNanos(System.nanoTime() - changed);
    }

    private void note(String key, PageViews row) {
        var before = row == null ? rows.remove(key) : rows.put(key, row.views());
        var more = (row == null ? 0 : row.views()) - (before == null ? 0 : before);
        if (more != 0) {
            views += more;
            changed = System.nanoTime();
        }
    }

    @Override
    public void close() {
        consumer.close();
    }
}

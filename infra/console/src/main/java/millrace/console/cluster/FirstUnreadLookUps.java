package millrace.console.cluster;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import millrace.lag.FirstUnreadRecords;
import millrace.lag.GroupLag;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks up how old the first unread records are, beside the samples: a look-up reads from the brokers and takes up to
 * 10 s a group. There is one at a time, and one every 5 s at most.
 */
final class FirstUnreadLookUps {
    private static final Logger LOG = LoggerFactory.getLogger(FirstUnreadLookUps.class);
    private static final Duration EVERY = Duration.ofSeconds(5);

    private final Map<String, Object> client;
    private final AtomicBoolean running = new AtomicBoolean();
    private long startedAt = System.nanoTime() - EVERY.toNanos();

    FirstUnreadLookUps(Map<String, Object> client) {
        this.client = client;
    }

    /** Starts those that are due, and does not wait for them. */
    void start(Map<String, GroupLag> lags, Map<TopicPartition, Long> ends) {
        var now = System.nanoTime();
        if (now - startedAt < EVERY.toNanos() || !running.compareAndSet(false, true)) {
            return;
        }
        var due = new HashMap<GroupLag, Map<TopicPartition, Long>>();
        lags.values().forEach(lag -> {
            var positions = lag.dueLookUps();
            positions.keySet().retainAll(ends.keySet());
            if (!positions.isEmpty()) {
                due.put(lag, positions);
            }
        });
        if (due.isEmpty()) {
            running.set(false);
            return;
        }
        startedAt = now;
        Thread.ofVirtual().name("first-unread-records").start(() -> {
            try {
                due.forEach((lag, positions) -> lookUp(lag, positions, ends));
            } finally {
                running.set(false);
            }
        });
    }

    private void lookUp(GroupLag lag, Map<TopicPartition, Long> due, Map<TopicPartition, Long> ends) {
        try {
            FirstUnreadRecords.lookUp(client, due, ends)
                    .forEach((partition, found) -> lag.foundFirstUnread(
                            partition, due.get(partition), found.offset(), found.appendedAtNanos()));
        } catch (KafkaException e) {
            LOG.debug("The age of unread records is unknown", e);
        }
    }
}

package millrace.console.cluster;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/** Offsets of the last seconds, one set a second, from which rates follow. */
final class OffsetHistory {
    private static final Duration EVERY = Duration.ofSeconds(1);
    private static final Duration KEPT = Duration.ofSeconds(10);

    private final Deque<Offsets> offsets = new ArrayDeque<>();

    /**
     * Offsets at one moment.
     *
     * @param nanos of {@link System#nanoTime}
     * @param committed by group
     */
    record Offsets(long nanos, Map<TopicPartition, Long> ends, Map<String, Map<TopicPartition, Long>> committed) {
        private Map<TopicPartition, Long> of(String group) {
            return committed.getOrDefault(group, Map.of());
        }
    }

    void add(Offsets latest) {
        var last = offsets.peekLast();
        if (last != null && latest.nanos() - last.nanos() < EVERY.toNanos() && offsets.size() > 1) {
            offsets.removeLast(); // Its place is taken by the latest, unless it is a second after the one before.
            if (last.nanos() - offsets.peekLast().nanos() >= EVERY.toNanos()) {
                offsets.addLast(last);
            }
        }
        offsets.addLast(latest);
        while (offsets.size() > 2 && latest.nanos() - offsets.peekFirst().nanos() > KEPT.toNanos()) {
            offsets.removeFirst();
        }
    }

    int size() {
        return offsets.size();
    }

    void clear() {
        offsets.clear();
    }

    /** Growth of the ends of partitions, in offsets a second; null before there are two sets. */
    Double produced(Collection<TopicPartition> partitions, Duration over) {
        var from = from(over);
        return from == null
                ? null
                : rate(from, partitions, from.ends(), offsets.peekLast().ends());
    }

    /** Growth of a group's committed offsets in partitions, in offsets a second; null before there are two sets. */
    Double consumed(String group, Collection<TopicPartition> partitions, Duration over) {
        var from = from(over);
        return from == null
                ? null
                : rate(from, partitions, from.of(group), offsets.peekLast().of(group));
    }

    /** The oldest set within the time; null before there are two. */
    private Offsets from(Duration over) {
        var latest = offsets.peekLast();
        for (var candidate : offsets) {
            if (candidate != latest && latest.nanos() - candidate.nanos() <= over.toNanos()) {
                return candidate;
            }
        }
        return null;
    }

    /** A partition that is not in both sets counts as still, as does one whose offsets went back. */
    private Double rate(
            Offsets from,
            Collection<TopicPartition> partitions,
            Map<TopicPartition, Long> before,
            Map<TopicPartition, Long> after) {
        var seconds = (offsets.peekLast().nanos() - from.nanos()) / 1e9;
        var grown = 0L;
        for (var partition : partitions) {
            if (before.containsKey(partition) && after.containsKey(partition)) {
                grown += Math.max(0, after.get(partition) - before.get(partition));
            }
        }
        return grown / seconds;
    }
}

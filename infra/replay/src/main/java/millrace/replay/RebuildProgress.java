package millrace.replay;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/**
 * Progress of a rebuild by the offsets its group has committed: records, rate, time left, and whether it has caught up.
 */
final class RebuildProgress {
    /** A rebuild that has read everything that was there five seconds ago has caught up, because traffic goes on. */
    private static final Duration CATCH_UP_WINDOW = Duration.ofSeconds(5);

    private static final double SMOOTHING = 0.3;

    private final Map<TopicPartition, Long> from;
    private Map<TopicPartition, Long> goal;
    private Instant goalSet;
    private Instant last;
    private long read;
    private long left;
    private double rate;

    /** @param from first offset the group reads, for all partitions */
    RebuildProgress(Map<TopicPartition, Long> from, Map<TopicPartition, Long> ends, Instant now) {
        this.from = from;
        this.goal = ends;
        this.goalSet = now;
        this.last = now;
    }

    /** @return true if it has caught up */
    boolean update(Map<TopicPartition, Long> committed, Map<TopicPartition, Long> ends, Instant now) {
        var done = sum(committed, from);
        var seconds = Math.max(0.001, Duration.between(last, now).toMillis() / 1000.0);
        var latest = (done - read) / seconds;
        rate = rate == 0 ? latest : rate + SMOOTHING * (latest - rate);
        read = done;
        left = left(committed, ends);
        last = now;
        if (left(committed, goal) > 0) {
            return false;
        }
        var caughtUp = Duration.between(goalSet, now).compareTo(CATCH_UP_WINDOW) <= 0;
        goal = ends;
        goalSet = now;
        return caughtUp || left == 0;
    }

    long read() {
        return read;
    }

    /** Returns records read since {@code from}, records left, records a second, and time left. */
    String line() {
        if (read == 0) {
            return String.format(Locale.ROOT, "%,d records to read, starting", left);
        }
        var eta = left == 0 ? "" : rate < 1 ? ", no end in sight" : ", about %s left".formatted(text(left / rate));
        return String.format(Locale.ROOT, "%,d records read, %,d left, %,.0f/s%s", read, left, rate, eta);
    }

    static String text(double seconds) {
        var time = Duration.ofSeconds((long) Math.ceil(seconds));
        return time.toString().substring(2).toLowerCase(Locale.ROOT).replaceAll("(?<=[hm])(?=\\d)", " ");
    }

    private long left(Map<TopicPartition, Long> committed, Map<TopicPartition, Long> ends) {
        return ends.entrySet().stream()
                .mapToLong(end -> Math.max(
                        0, end.getValue() - Math.max(from.get(end.getKey()), committed.getOrDefault(end.getKey(), 0L))))
                .sum();
    }

    private static long sum(Map<TopicPartition, Long> committed, Map<TopicPartition, Long> from) {
        return from.entrySet().stream()
                .mapToLong(begin -> Math.max(0, committed.getOrDefault(begin.getKey(), 0L) - begin.getValue()))
                .sum();
    }
}

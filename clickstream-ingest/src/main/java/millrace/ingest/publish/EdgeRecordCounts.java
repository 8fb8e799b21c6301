package millrace.ingest.publish;

import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/**
 * Counts the records that the brokers acknowledged since the process started, by topic and minute of the record's
 * timestamp. A minute is dropped when it is reported and can get no more records.
 */
@Singleton
class EdgeRecordCounts {
    private static final long MINUTE = Duration.ofMinutes(1).toMillis();
    /**
     * Age at which a minute can get no more records: a request takes seconds (its body 10 s, an acknowledgement 1.8 s).
     */
    private static final Duration FORGET_AFTER = Duration.ofMinutes(10);

    private final Map<TopicMinute, MinuteCount> minutes = new ConcurrentHashMap<>();

    private record TopicMinute(String topic, long minute) {}

    /** Adders, because different threads count and report. */
    private static final class MinuteCount {
        private final LongAdder acknowledged = new LongAdder();
        private final LongAdder unsure = new LongAdder();
        private volatile Total lastReported;
    }

    /**
     * Counts of one topic and minute.
     *
     * @param unsure records without an acknowledgement, which may or may not be on the channel
     */
    record Total(String topic, Instant minute, long acknowledged, long unsure) {}

    void acknowledged(String topic, long timestamp) {
        of(topic, timestamp).acknowledged.increment();
    }

    void unsure(String topic, long timestamp) {
        of(topic, timestamp).unsure.increment();
    }

    /** Returns the counts that have changed since they were last reported, by minute and topic. */
    List<Total> unreported() {
        return minutes.entrySet().stream()
                .flatMap(minute -> unreported(minute.getKey(), minute.getValue()))
                .sorted(Comparator.comparing(Total::minute).thenComparing(Total::topic))
                .toList();
    }

    /** Marks counts as reported, and drops the minutes that can get no more records. */
    void reported(List<Total> totals, Instant now) {
        for (var total : totals) {
            minutes.get(topicMinute(total.topic(), total.minute().toEpochMilli())).lastReported = total;
        }
        var old = now.minus(FORGET_AFTER).toEpochMilli() / MINUTE;
        minutes.entrySet()
                .removeIf(minute -> minute.getKey().minute < old
                        && unreported(minute.getKey(), minute.getValue())
                                .findAny()
                                .isEmpty());
    }

    private MinuteCount of(String topic, long timestamp) {
        return minutes.computeIfAbsent(topicMinute(topic, timestamp), topicMinute -> new MinuteCount());
    }

    private static TopicMinute topicMinute(String topic, long timestamp) {
        return new TopicMinute(topic, Math.floorDiv(timestamp, MINUTE));
    }

    private static Stream<Total> unreported(TopicMinute topicMinute, MinuteCount minute) {
        var total = new Total(
                topicMinute.topic,
                Instant.ofEpochMilli(topicMinute.minute * MINUTE),
                minute.acknowledged.sum(),
                minute.unsure.sum());
        return total.equals(minute.lastReported) ? Stream.empty() : Stream.of(total);
    }
}

package millrace.ingest.log;

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
 * How many records of each topic and minute of their timestamps the brokers acknowledged, since this process began. A
 * minute is forgotten when it has been told of and no record of it can come any more.
 */
@Singleton
class EdgeRecordCounts {
    private static final long MINUTE = Duration.ofMinutes(1).toMillis();
    /** A request takes seconds: its body 10 s, an acknowledgement 1.8 s. */
    private static final Duration FORGET_AFTER = Duration.ofMinutes(10);

    private final Map<Place, Minute> minutes = new ConcurrentHashMap<>();

    private record Place(String topic, long minute) {}

    /** Adders, because those who count and the one who tells are different threads. */
    private static final class Minute {
        private final LongAdder acknowledged = new LongAdder();
        private final LongAdder unsure = new LongAdder();
        private volatile Total told;
    }

    /**
     * What is known of a minute.
     *
     * @param unsure records without an answer, which are on the channel or not
     */
    record Total(String topic, Instant minute, long acknowledged, long unsure) {}

    void acknowledged(String topic, long timestamp) {
        of(topic, timestamp).acknowledged.increment();
    }

    void unsure(String topic, long timestamp) {
        of(topic, timestamp).unsure.increment();
    }

    /** Those that have changed since they were told of last, in order. */
    List<Total> untold() {
        return minutes.entrySet().stream()
                .flatMap(minute -> untold(minute.getKey(), minute.getValue()))
                .sorted(Comparator.comparing(Total::minute).thenComparing(Total::topic))
                .toList();
    }

    /** They are where the auditor finds them. */
    void told(List<Total> totals, Instant now) {
        for (var total : totals) {
            minutes.get(place(total.topic(), total.minute().toEpochMilli())).told = total;
        }
        var old = now.minus(FORGET_AFTER).toEpochMilli() / MINUTE;
        minutes.entrySet()
                .removeIf(minute -> minute.getKey().minute < old
                        && untold(minute.getKey(), minute.getValue()).findAny().isEmpty());
    }

    private Minute of(String topic, long timestamp) {
        return minutes.computeIfAbsent(place(topic, timestamp), place -> new Minute());
    }

    private static Place place(String topic, long timestamp) {
        return new Place(topic, Math.floorDiv(timestamp, MINUTE));
    }

    private static Stream<Total> untold(Place place, Minute minute) {
        var total = new Total(
                place.topic,
                Instant.ofEpochMilli(place.minute * MINUTE),
                minute.acknowledged.sum(),
                minute.unsure.sum());
        return total.equals(minute.told) ? Stream.empty() : Stream.of(total);
    }
}

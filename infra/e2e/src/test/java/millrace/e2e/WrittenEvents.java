package millrace.e2e;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import millrace.events.SourcedEvent;

/** Distinct events of a channel, each with its partition. */
final class WrittenEvents<E extends SourcedEvent> {
    private static final Duration ALLOWED_LATENESS = Duration.ofHours(24);

    private final Map<String, Entry<E>> events = new LinkedHashMap<>();
    private final Map<String, Instant> watermarks = new HashMap<>();

    /** @param sourcePartition source and partition, which share a watermark */
    record Entry<E>(E event, String sourcePartition) {}

    void add(E event, int partition) {
        var sourcePartition = event.source() + partition;
        events.putIfAbsent(event.source() + event.eventId(), new Entry<>(event, sourcePartition));
        watermarks.merge(sourcePartition, event.timestamp(), (one, other) -> one.isAfter(other) ? one : other);
    }

    Collection<Entry<E>> entries() {
        return events.values();
    }

    /** Tells whether the watermark has passed that time and the allowed lateness. */
    boolean isSettled(String sourcePartition, Instant time) {
        return isPast(sourcePartition, time.plus(ALLOWED_LATENESS));
    }

    boolean isPast(String sourcePartition, Instant time) {
        return !watermarks.get(sourcePartition).isBefore(time);
    }
}

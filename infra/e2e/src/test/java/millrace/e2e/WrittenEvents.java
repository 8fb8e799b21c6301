package millrace.e2e;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import millrace.events.SourcedEvent;

/** What is on a channel, each event once, with the partition it is in. */
final class WrittenEvents<E extends SourcedEvent> {
    private static final Duration GRACE = Duration.ofHours(24);

    private final Map<String, Entry<E>> events = new LinkedHashMap<>();
    private final Map<String, Instant> clocks = new HashMap<>();

    /** @param share its source and partition */
    record Entry<E>(E event, String share) {}

    void add(E event, int partition) {
        var share = event.source() + partition;
        events.putIfAbsent(event.source() + event.eventId(), new Entry<>(event, share));
        clocks.merge(share, event.timestamp(), (one, other) -> one.isAfter(other) ? one : other);
    }

    Collection<Entry<E>> entries() {
        return events.values();
    }

    /** Whether its clock has come past that time, and the grace as well. */
    boolean isSettled(String share, Instant time) {
        return isOver(share, time.plus(GRACE));
    }

    boolean isOver(String share, Instant time) {
        return !clocks.get(share).isBefore(time);
    }
}

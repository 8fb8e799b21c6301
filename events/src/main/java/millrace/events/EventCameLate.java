package millrace.events;

import java.time.Duration;
import java.time.Instant;

/**
 * An event that was too late to count. Channel {@code late-events}, keyed like the channel it came from.
 *
 * @param channel where it came from
 * @param timestamp the event's own time
 * @param clock how far its source's clock had come in its partition
 * @param lateBy how far it was behind that clock
 * @param window start of the minute that it would have counted in
 * @param lateInWindow how many events of its source have come late for that minute in this partition, this one included
 */
public record EventCameLate(
        String eventId,
        String channel,
        String source,
        Instant timestamp,
        Instant clock,
        Duration lateBy,
        Instant window,
        long lateInWindow) {
    /** Readers that count by event time set an event apart that is further behind its source's clock, unless told otherwise. */
    public static final Duration GRACE = Duration.ofHours(24);
}

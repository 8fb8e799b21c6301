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
 */
public record EventCameLate(
        String eventId, String channel, String source, Instant timestamp, Instant clock, Duration lateBy) {}

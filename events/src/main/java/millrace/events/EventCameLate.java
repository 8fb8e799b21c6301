package millrace.events;

import java.time.Duration;
import java.time.Instant;

/**
 * A late event: it was too far behind the watermark to count. Channel {@code late-events}, keyed like the channel it
 * came from.
 *
 * @param channel that it came from
 * @param timestamp time of the event
 * @param clock watermark of its source in its partition
 * @param lateBy distance of the event behind that watermark
 * @param window start of the minute in which it would have counted
 * @param lateInWindow number of late events of its source for that minute in this partition, this one included
 */
public record EventCameLate(
        String eventId,
        String channel,
        String source,
        Instant timestamp,
        Instant clock,
        Duration lateBy,
        Instant window,
        long lateInWindow) {}

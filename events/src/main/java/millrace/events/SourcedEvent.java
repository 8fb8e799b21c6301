package millrace.events;

import java.time.Duration;
import java.time.Instant;

/** An event from the edge, or one that results from it: it has an id, a source and a time of its own. */
public interface SourcedEvent {
    /**
     * Allowed lateness by default: consumers that count by event time treat an event further behind its source's
     * watermark as late.
     */
    Duration GRACE = Duration.ofHours(24);

    /** The id, equal on every delivery of this event: consumers use it to skip repeats. */
    String eventId();

    /**
     * The sender: the source that the write key belongs to, and after a slash the import it was part of. Each source
     * has a clock of its own.
     */
    String source();

    /** Time of the event, by the sender's clock as the edge corrected it; never after {@link #receivedAt()}. */
    Instant timestamp();

    /** Time at which the edge accepted it, or the event that it results from. */
    Instant receivedAt();
}

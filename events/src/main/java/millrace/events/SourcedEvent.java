package millrace.events;

import java.time.Instant;

/** An event that came in through the edge, or follows from one: it has an identity, an origin and a time of its own. */
public interface SourcedEvent {
    /** Same on every delivery of this event: consumers use it to skip repeats. */
    String eventId();

    /**
     * Who sent it: the source that the write key belongs to, and after a slash the import it was part of. Each source
     * has a clock of its own.
     */
    String source();

    /** When it happened, by the sender's clock as the edge corrected it; never after {@link #receivedAt()}. */
    Instant timestamp();

    /** When the edge accepted it, or the event that it follows from. */
    Instant receivedAt();
}

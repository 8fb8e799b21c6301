package millrace.analytics.engine;

import millrace.events.SourcedEvent;

/**
 * An event has the source and id of one that counted, and says something else. It is dead-lettered: taken for a repeat, it
 * would be lost in silence.
 */
final class ConflictingEventException extends UncountedEventException {
    private static final long serialVersionUID = 1;

    ConflictingEventException(SourcedEvent event) {
        super("The source %s has sent another event under the id %s before."
                .formatted(event.source(), event.eventId()));
    }
}

package millrace.analytics.engine;

import millrace.events.SourcedEvent;

/** An event lacks a field without which it cannot be judged. */
final class IncompleteEventException extends UncountedEventException {
    private static final long serialVersionUID = 1;

    IncompleteEventException(SourcedEvent event) {
        super("An event needs an id, a source and a timestamp; found %s, %s and %s."
                .formatted(event.eventId(), event.source(), event.timestamp()));
    }
}

package millrace.analytics.engine;

/** A sender has named as many imports as analytics keeps apart: the event is dead-lettered and can be sent under a known one. */
final class TooManyImportsException extends UncountedEventException {
    private static final long serialVersionUID = 1;

    TooManyImportsException(String source, int most) {
        super("The sender of %s has named %d imports, and no more are kept apart.".formatted(source, most));
    }
}

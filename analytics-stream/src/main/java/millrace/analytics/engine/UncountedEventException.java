package millrace.analytics.engine;

/** An event is dead-lettered before it counts anywhere. */
public abstract class UncountedEventException extends RuntimeException {
    private static final long serialVersionUID = 1;

    UncountedEventException(String reason) {
        super(reason);
    }
}

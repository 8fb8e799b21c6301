package millrace.generation;

/** A process cannot be what it was started as. The message is a sentence for its log. */
public final class CannotEnter extends RuntimeException {
    private static final long serialVersionUID = 1;

    CannotEnter(String message) {
        super(message);
    }

    CannotEnter(String message, Throwable cause) {
        super(message, cause);
    }
}

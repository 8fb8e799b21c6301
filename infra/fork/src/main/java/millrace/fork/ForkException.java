package millrace.fork;

/** A fork cannot be made; the message says why and what to do. */
final class ForkException extends RuntimeException {
    private static final long serialVersionUID = 1;

    ForkException(String message) {
        super(message);
    }

    ForkException(String message, Throwable cause) {
        super(message, cause);
    }
}

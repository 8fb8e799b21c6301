package millrace.audit.cli;

/** A command cannot do what it was asked to. The message says why, and what to do about it. */
final class CannotDo extends RuntimeException {
    private static final long serialVersionUID = 1;

    CannotDo(String message) {
        super(message);
    }

    CannotDo(String message, Throwable cause) {
        super(message, cause);
    }
}

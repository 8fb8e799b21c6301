package millrace.replay;

/** Something stands in the way of what was asked. The message is a sentence for whoever asked. */
final class CannotReplay extends RuntimeException {
    private static final long serialVersionUID = 1;

    CannotReplay(String message) {
        super(message);
    }

    CannotReplay(String message, Throwable cause) {
        super(message, cause);
    }
}

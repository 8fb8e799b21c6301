package millrace.release;

/** The release has to stop. The message says everything that is wrong and how to put it right. */
public final class ReleaseFailed extends RuntimeException {
    private static final long serialVersionUID = 1;

    ReleaseFailed(String message) {
        super(message);
    }

    ReleaseFailed(String message, Throwable cause) {
        super(message, cause);
    }
}

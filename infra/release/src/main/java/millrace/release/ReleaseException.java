package millrace.release;

/** The release must stop. The message names every problem and the command that corrects it. */
public final class ReleaseException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public ReleaseException(String message) {
        super(message);
    }

    ReleaseException(String message, Throwable cause) {
        super(message, cause);
    }
}

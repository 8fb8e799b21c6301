package millrace.channels;

/** The cluster does not answer, or refuses what was asked. The message is a sentence. */
public final class ClusterException extends RuntimeException {
    private static final long serialVersionUID = 1;

    ClusterException(String message, Throwable cause) {
        super(message, cause);
    }
}

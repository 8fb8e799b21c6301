package millrace.generation;

/** A verb of the port, or the command that calls it, cannot do what was asked. The message is a sentence for the operator. */
public class RebuildException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public RebuildException(String message) {
        super(message);
    }

    public RebuildException(String message, Throwable cause) {
        super(message, cause);
    }
}

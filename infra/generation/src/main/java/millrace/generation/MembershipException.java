package millrace.generation;

/** A process cannot be what it was started as. The message is a sentence for its log. */
public final class MembershipException extends RuntimeException {
    private static final long serialVersionUID = 1;

    MembershipException(String message) {
        super(message);
    }

    MembershipException(String message, Throwable cause) {
        super(message, cause);
    }
}

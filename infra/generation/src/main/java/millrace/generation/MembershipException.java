package millrace.generation;

/** A process cannot run as a member of its generation. The message is one sentence for its log. */
public final class MembershipException extends RuntimeException {
    private static final long serialVersionUID = 1;

    MembershipException(String message) {
        super(message);
    }

    MembershipException(String message, Throwable cause) {
        super(message, cause);
    }
}

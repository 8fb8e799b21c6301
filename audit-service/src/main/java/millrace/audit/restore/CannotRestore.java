package millrace.audit.restore;

/** A restore cannot begin or continue; the message is a sentence for the operator. */
public final class CannotRestore extends RuntimeException {
    private static final long serialVersionUID = 1;

    CannotRestore(String sentence) {
        super(sentence);
    }

    CannotRestore(String sentence, Throwable cause) {
        super(sentence, cause);
    }
}

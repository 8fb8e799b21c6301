package millrace.audit.restore;

/** Why a restoration does not begin, or ended before its end: a sentence for whoever started it. */
public final class CannotRestore extends RuntimeException {
    private static final long serialVersionUID = 1;

    CannotRestore(String sentence) {
        super(sentence);
    }

    CannotRestore(String sentence, Throwable cause) {
        super(sentence, cause);
    }
}

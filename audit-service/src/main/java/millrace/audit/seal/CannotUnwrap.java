package millrace.audit.seal;

/** A data key that is there and cannot be used. */
public final class CannotUnwrap extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** @param why to be read after the words "The data key of a subject" */
    CannotUnwrap(String why) {
        super("The data key of a subject " + why);
    }
}

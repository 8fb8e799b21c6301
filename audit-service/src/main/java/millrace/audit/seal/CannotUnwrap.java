package millrace.audit.seal;

/** A data key that is there and cannot be used. */
public final class CannotUnwrap extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final boolean changed;

    private CannotUnwrap(String why, boolean changed) {
        super("The data key of a subject " + why);
        this.changed = changed;
    }

    static CannotUnwrap withoutMaster(String id) {
        return new CannotUnwrap("was wrapped with the master key " + id + ", which is not here", false);
    }

    static CannotUnwrap changed() {
        return new CannotUnwrap("was changed, or is of another subject", true);
    }

    /** True if no master key can unwrap it: the key is lost. */
    boolean isChanged() {
        return changed;
    }
}

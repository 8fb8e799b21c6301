package millrace.audit.seal;

/** What is sealed cannot be opened although its key is there: it was changed, or is not where it was sealed. */
public final class SealBroken extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final long offset;

    SealBroken(RecordCoordinates coordinates, String what) {
        super("The value of " + coordinates + " cannot be opened: " + what);
        this.offset = coordinates.offset();
    }

    /** Of the record. */
    public long offset() {
        return offset;
    }
}

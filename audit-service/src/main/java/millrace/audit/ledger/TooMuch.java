package millrace.audit.ledger;

/** More was asked for than can be read in the time that there is. */
public final class TooMuch extends RuntimeException {
    private static final long serialVersionUID = 1;

    TooMuch(String sentence) {
        super(sentence);
    }
}

package millrace.audit.ledger;

/** A ledger covers more records than can be read within its time limit. */
public final class QueryTooLarge extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    QueryTooLarge(String sentence) {
        super(sentence);
    }
}

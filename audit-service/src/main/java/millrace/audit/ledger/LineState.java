package millrace.audit.ledger;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** The state of a line, from best to worst. */
public enum LineState {
    /** All counts agree. */
    BALANCED,
    /** The minute is not over, or a reader is behind: a later query will tell. */
    OPEN,
    /** One of the counts cannot be known any more. */
    UNKNOWN,
    /** Records are missing or surplus. */
    UNBALANCED;

    @JsonValue
    String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}

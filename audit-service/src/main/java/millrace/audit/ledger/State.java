package millrace.audit.ledger;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What can be said of a line, from the best to the worst. */
public enum State {
    /** All numbers agree. */
    BALANCED,
    /** The minute is not over, or somebody has not come so far: ask again. */
    OPEN,
    /** One of the numbers cannot be known any more. */
    UNKNOWN,
    /** Records are missing, or there are too many. */
    UNBALANCED;

    @JsonValue
    String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}

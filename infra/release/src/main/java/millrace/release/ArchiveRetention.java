package millrace.release;

import java.time.DateTimeException;
import java.time.Period;

/** Retention of the audit archive in months: {@code AUDIT_RETENTION}. */
final class ArchiveRetention {
    static final String VAR = "AUDIT_RETENTION";

    private ArchiveRetention() {}

    /** Returns the period of whole months, or an empty text if the archive is kept for ever. */
    static String of(String text) {
        if (text == null || text.isBlank()) {
            return "";
        }
        try {
            var period = Period.parse(text.strip());
            if (period.toTotalMonths() > 0 && period.getDays() == 0) {
                return "P" + period.toTotalMonths() + "M";
            }
        } catch (DateTimeException notAPeriod) {
            throw invalid(text, notAPeriod);
        }
        throw invalid(text, null);
    }

    private static ReleaseException invalid(String text, Exception why) {
        return new ReleaseException(
                VAR + " is '" + text + "'; expected a period of whole months such as P13M or P2Y, or nothing.", why);
    }
}

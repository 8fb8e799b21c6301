package millrace.audit.table;

import java.util.Locale;
import java.util.UUID;

/**
 * An entry of a chain where records are missing, or where offsets stand for other records from here on.
 *
 * @param topicId of the topic after the discontinuity
 * @param foundMs time of detection, in milliseconds since 1970
 */
public record Discontinuity(
        String channel,
        int partition,
        long seq,
        int life,
        Kind kind,
        long fromOffset,
        long toOffset,
        UUID topicId,
        long foundMs)
        implements ChainEntry {
    /** The cause. */
    public enum Kind {
        /** Retention had removed {@code [from, to)} before it was archived. */
        GAP,
        /** The log was cut off at {@code from}; it had been archived up to {@code to}. */
        TRUNCATED,
        /** The topic was deleted at {@code from} or later and recreated; its log begins at {@code to}. */
        RECREATED,
        /** Of the log itself: a backup of the database was restored, with a log of {@code from} segments instead of {@code to}. */
        BACKUP;

        /** The value in the database. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }

        public static Kind of(String text) {
            return valueOf(text.toUpperCase(Locale.ROOT));
        }
    }

    /** A sentence for alarms. */
    public String sentence() {
        return switch (kind) {
            case GAP -> "records %d to %d were removed before they were archived".formatted(fromOffset, toOffset - 1);
            case TRUNCATED ->
                "the log was cut off at %d, it had been archived up to %d".formatted(fromOffset, toOffset);
            case BACKUP ->
                "the database was restored with a log of %d segments, and one of %d was signed"
                        .formatted(fromOffset, toOffset);
            case RECREATED -> "the topic was deleted and made again after offset %d".formatted(fromOffset);
        };
    }
}

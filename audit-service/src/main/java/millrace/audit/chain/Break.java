package millrace.audit.chain;

import java.util.Locale;
import java.util.UUID;

/**
 * Where the archive could not go on as before: something is missing, or offsets mean other records from here on.
 *
 * @param topicId of the topic that the archive goes on with
 * @param foundMs when, in milliseconds since 1970
 */
public record Break(
        String channel,
        int partition,
        long seq,
        int life,
        Kind kind,
        long fromOffset,
        long toOffset,
        UUID topicId,
        long foundMs)
        implements Entry {
    /** What happened. */
    public enum Kind {
        /** Retention had removed {@code [from, to)} before it was archived. */
        GAP,
        /** The log was cut off at {@code from}; it had been archived up to {@code to}. */
        TRUNCATED,
        /** The topic was deleted at {@code from} or later and made again; its log begins at {@code to}. */
        RECREATED;

        /** As it is in the database. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }

        public static Kind of(String text) {
            return valueOf(text.toUpperCase(Locale.ROOT));
        }
    }

    /** The same at another place of the chain. */
    public Break numbered(long number) {
        return new Break(channel, partition, number, life, kind, fromOffset, toOffset, topicId, foundMs);
    }

    /** What to tell people. */
    public String sentence() {
        return switch (kind) {
            case GAP -> "records %d to %d were removed before they were archived".formatted(fromOffset, toOffset - 1);
            case TRUNCATED ->
                "the log was cut off at %d, it had been archived up to %d".formatted(fromOffset, toOffset);
            case RECREATED -> "the topic was deleted and made again after offset %d".formatted(fromOffset);
        };
    }
}

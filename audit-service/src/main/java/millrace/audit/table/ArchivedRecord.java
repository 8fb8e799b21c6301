package millrace.audit.table;

import java.util.UUID;

/**
 * A record as it is archived.
 *
 * @param leaderEpoch {@code null} where the broker did not say
 * @param headerNames in order; a name may repeat
 * @param value as it was, or with what is personal in it sealed
 * @param subject whose data is sealed in the value; {@code null} where nothing is
 * @param trace id of the trace in the header {@code traceparent}; {@code null} where there is none
 */
public record ArchivedRecord(
        String channel,
        int partition,
        long seq,
        int life,
        long offset,
        Integer leaderEpoch,
        UUID topicId,
        long timestampMs,
        String timestampType,
        byte[][] headerNames,
        byte[][] headerValues,
        byte[] key,
        byte[] value,
        Long subject,
        UUID trace)
        implements ChainEntry {
    /** A copy with another value. @param newSubject person whose data is encrypted in the value; {@code null} for none */
    public ArchivedRecord withValue(byte[] newValue, Long newSubject) {
        return with(seq, newValue, newSubject);
    }

    /** A copy with another number in the chain. */
    public ArchivedRecord numbered(long number) {
        return with(number, value, subject);
    }

    private ArchivedRecord with(long number, byte[] bytes, Long newSubject) {
        return new ArchivedRecord(
                channel,
                partition,
                number,
                life,
                offset,
                leaderEpoch,
                topicId,
                timestampMs,
                timestampType,
                headerNames,
                headerValues,
                key,
                bytes,
                newSubject,
                trace);
    }
}

package millrace.audit.chain;

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
public record KeptRecord(
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
        implements Entry {
    /** The same with its personal data sealed. */
    public KeptRecord sealed(byte[] sealedValue, Long whose) {
        return with(seq, sealedValue, whose);
    }

    /** The same at another place of the chain. */
    public KeptRecord numbered(long number) {
        return with(number, value, subject);
    }

    private KeptRecord with(long number, byte[] bytes, Long whose) {
        return new KeptRecord(
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
                whose,
                trace);
    }
}

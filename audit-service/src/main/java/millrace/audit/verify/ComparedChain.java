package millrace.audit.verify;

/**
 * A chain in two generations, as far as both go.
 *
 * @param entries that are the same in both
 * @param toOffset both have everything before
 * @param redacted entries that differ by what was erased
 * @param different entries that differ otherwise
 * @param digest of the chain in the live generation: its head, where nothing was found missing and nobody was erased
 * @param shadowDigest the same in the other
 * @param seq of the first entry that differs; {@code null} where none does
 * @param live what the live generation has there
 * @param shadow what the other has there
 */
public record ComparedChain(
        String channel,
        int partition,
        long entries,
        long toOffset,
        long redacted,
        long different,
        String digest,
        String shadowDigest,
        Long seq,
        String live,
        String shadow) {}

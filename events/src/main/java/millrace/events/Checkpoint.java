package millrace.events;

import java.time.Instant;

/**
 * What the audit archive was when a segment of a chain was closed. Channel {@code audit-checkpoints}; the header
 * {@code signature} has the Ed25519 signature of the value's bytes.
 *
 * @param segment number in the chain, from 0 without holes
 * @param firstSeq number of its first entry in the chain; the next segment begins with {@code nextSeq}
 * @param fromOffset all that was visible of {@code [fromOffset, toOffset)} is in it
 * @param life of the topic: offsets begin anew where it was made again
 * @param previousHead head of the chain before its first entry
 * @param head head of the chain after its last entry
 * @param root of the Merkle tree of its entries
 * @param locators the first eight bytes of each entry's leaf
 * @param at when it was closed
 * @param keyId which key signed
 */
public record Checkpoint(
        String channel,
        int partition,
        int generation,
        long segment,
        long firstSeq,
        long nextSeq,
        long fromOffset,
        long toOffset,
        int life,
        byte[] previousHead,
        byte[] head,
        byte[] root,
        byte[] locators,
        Instant at,
        String keyId) {
    /** The name of the header with the signature. */
    public static final String SIGNATURE = "signature";

    /** The only generation of the archive: it is not rebuilt. */
    public static final int GENERATION = 1;

    /** A record's key: each segment has its own, so that compaction removes none. */
    public static String key(int generation, String channel, int partition, long segment) {
        return generation + "/" + channel + "/" + partition + "/" + segment;
    }
}

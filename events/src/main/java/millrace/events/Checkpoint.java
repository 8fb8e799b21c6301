package millrace.events;

import java.time.Instant;

/**
 * State of the audit archive when a segment of a chain was closed. Channel {@code audit-checkpoints}; the header
 * {@code signature} contains the Ed25519 signature of the value's bytes.
 *
 * @param segment number in the chain, from 0 without holes
 * @param firstSeq number of its first entry in the chain; the next segment begins with {@code nextSeq}
 * @param fromOffset first offset of the range {@code [fromOffset, toOffset)}, of which it contains all visible records
 * @param life incarnation of the topic: offsets begin at 0 again where it was recreated
 * @param previousHead head of the chain before its first entry
 * @param head head of the chain after its last entry
 * @param root root hash of the Merkle tree of its entries
 * @param locators the first eight bytes of each entry's leaf
 * @param at time at which it was closed
 * @param keyId id of the key that signed it
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

    /** Returns the key of the record: each segment has a key of its own, so that compaction removes none. */
    public static String key(int generation, String channel, int partition, long segment) {
        return generation + "/" + channel + "/" + partition + "/" + segment;
    }
}

package millrace.audit.evidence.tree;

import java.util.Optional;
import java.util.UUID;
import millrace.audit.table.ChainName;

/**
 * Consecutive entries of a chain that are closed: a leaf of the log.
 *
 * @param number in the chain, from 0 without holes
 * @param life incarnation of the topic, of all its entries
 * @param firstSeq number of its first entry in the chain; the next segment begins with {@code nextSeq}
 * @param fromOffset first offset of {@code [fromOffset, toOffset)}, of which it has all visible records
 * @param root root hash of the tree of its entries
 * @param unproven number of entries that were read from the database, because the broker had them no more
 * @param closedMs time at which it was closed, in milliseconds since 1970
 * @param previous leaf of the chain's segment before; of the first one, the hash of the chain's name
 */
public record Segment(
        String channel,
        int partition,
        long number,
        int life,
        UUID topicId,
        long firstSeq,
        long nextSeq,
        long fromOffset,
        long toOffset,
        byte[] root,
        long unproven,
        long closedMs,
        byte[] previous) {
    /** A segment and its place in the log. */
    public record Logged(long index, Segment segment) {}

    public long entries() {
        return nextSeq - firstSeq;
    }

    public ChainName chain() {
        return new ChainName(channel, partition);
    }

    /** The leaf before the first segment that a chain has after {@code last}. */
    public static byte[] previous(ChainName chain, Optional<Segment> last) {
        return last.map(Hashes::leaf).orElseGet(() -> Hashes.first(chain));
    }
}

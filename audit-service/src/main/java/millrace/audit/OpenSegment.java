package millrace.audit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import millrace.audit.chain.ClosedSegment;
import millrace.audit.chain.Hashes;
import millrace.audit.chain.Signing;

/** The open segment of a chain: the leaves of its entries, until it is closed and signed. */
final class OpenSegment {
    private final Signing signing;
    private final List<byte[]> leaves = new ArrayList<>();
    private Signing.Open open;
    private long openedAt = System.nanoTime();

    OpenSegment(Chain.Limits limits, Hashes hashes, Signing.Open open) {
        this.signing = new Signing(limits.key(), hashes);
        this.open = open;
    }

    /** The beginning of the segment. */
    Signing.Open open() {
        return open;
    }

    int size() {
        return leaves.size();
    }

    void add(byte[] leaf) {
        if (leaves.isEmpty()) {
            openedAt = System.nanoTime();
        }
        leaves.add(leaf);
    }

    /** True if the first entry has waited for so long to be signed. */
    boolean isDue(Duration age) {
        return !leaves.isEmpty() && System.nanoTime() - openedAt >= age.toNanos();
    }

    /** Signs and closes the segment and begins the next one. @return empty if the segment has no entries */
    Optional<ClosedSegment> close(Position position) {
        if (leaves.isEmpty()) {
            return Optional.empty();
        }
        var closed = signing.sign(open, leaves, position.nextSeq(), position.nextOffset(), position.head());
        leaves.clear();
        begin(open.segment() + 1, position);
        return Optional.of(closed);
    }

    /** Moves the beginning of an empty segment to that of a new incarnation. */
    void beginAt(Position position) {
        begin(open.segment(), position);
    }

    private void begin(long segment, Position position) {
        open = new Signing.Open(
                open.channel(),
                open.partition(),
                segment,
                position.life(),
                position.nextSeq(),
                position.nextOffset(),
                position.head());
    }
}

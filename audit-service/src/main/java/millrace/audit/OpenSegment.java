package millrace.audit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import millrace.audit.chain.Hashes;
import millrace.audit.chain.Segment;
import millrace.audit.chain.Signing;

/** The segment of a chain that is being filled: the leaves of its entries, until it is signed. */
final class OpenSegment {
    private final Signing signing;
    private final List<byte[]> leaves = new ArrayList<>();
    private Signing.Open open;
    private long openedAt = System.nanoTime();

    OpenSegment(Chain.Limits limits, Hashes hashes, Signing.Open open) {
        this.signing = new Signing(limits.key(), hashes);
        this.open = open;
    }

    /** Where it begins. */
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

    /** Whether entries have waited for so long to be signed. */
    boolean isDue(Duration age) {
        return !leaves.isEmpty() && System.nanoTime() - openedAt >= age.toNanos();
    }

    /** Signs what is in it and begins the next one; empty where nothing is in it. */
    Optional<Segment> close(Position position) {
        if (leaves.isEmpty()) {
            return Optional.empty();
        }
        var closed = signing.sign(open, leaves, position.nextSeq(), position.nextOffset(), position.head());
        leaves.clear();
        begin(open.segment() + 1, position);
        return Optional.of(closed);
    }

    /** An empty one begins where another life does. */
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

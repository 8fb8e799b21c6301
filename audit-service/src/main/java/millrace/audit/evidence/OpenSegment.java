package millrace.audit.evidence;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import millrace.audit.ChainEvidence;
import millrace.audit.Position;
import millrace.audit.evidence.tree.Canonical;
import millrace.audit.evidence.tree.Hashes;
import millrace.audit.evidence.tree.MerkleTree;
import millrace.audit.evidence.tree.Segment;
import millrace.audit.table.ChainEntry;
import millrace.audit.table.ChainName;
import org.apache.kafka.common.TopicPartition;

/** The evidence of a chain in memory: the leaves of its open segment, and closed segments that are not in the log yet. */
final class OpenSegment implements ChainEvidence {
    /** A segment is verified in memory; it is larger by its last entry at most. */
    private static final long MOST_BYTES = 4 << 20;

    private final TopicPartition partition;
    private final ChainName name;
    private final int most;
    private final LongSupplier now;
    private final List<byte[]> leaves = new ArrayList<>();
    private final List<Segment> closed = new ArrayList<>();
    private long number;
    private byte[] previous;
    /** Where the segment begins. */
    private Position start;
    /** Behind its last entry. */
    private Position end;

    private long unproven;
    private long bytes;

    /**
     * Continues a chain behind its last segment.
     *
     * @param start where the last segment ends
     * @param last segment in the log; empty if there is none
     * @param most entries in a segment
     * @param now time of the log, in milliseconds since 1970
     */
    OpenSegment(
            TopicPartition partition,
            ChainName name,
            Position start,
            Optional<Segment> last,
            int most,
            LongSupplier now) {
        this.partition = partition;
        this.name = name;
        this.start = start;
        this.end = start;
        this.most = most;
        this.now = now;
        this.number = last.map(segment -> segment.number() + 1).orElse(0L);
        this.previous = Segment.previous(name, last);
    }

    /** Where the last segment of a chain ends; of a chain without one, its beginning. @param archived its position */
    static Position end(Optional<Segment> last, Position archived) {
        return last.map(segment -> new Position(
                        segment.life(),
                        segment.topicId(),
                        archived.firstOffset(),
                        segment.toOffset(),
                        archived.leaderEpoch(),
                        segment.nextSeq()))
                .orElseGet(() -> Position.start(archived.topicId()));
    }

    TopicPartition partition() {
        return partition;
    }

    ChainName name() {
        return name;
    }

    /** The position behind the last entry. */
    Position end() {
        return end;
    }

    @Override
    public void add(ChainEntry entry, Position after) {
        var canonical = Canonical.of(entry);
        leaves.add(Hashes.leaf(canonical));
        bytes += canonical.size();
        end = after;
        if (leaves.size() >= most || bytes >= MOST_BYTES) {
            separate(after);
        }
    }

    /** Adds a record that was read from the database, because the broker does not have it any more. */
    void addUnproven(ChainEntry entry, Position after) {
        unproven++;
        add(entry, after);
    }

    /** Closes the segment unless it is empty. */
    @Override
    public void separate(Position at) {
        if (!leaves.isEmpty()) {
            close(at);
        } else if (at.life() == start.life()) {
            return;
        }
        start = at;
        end = at;
    }

    @Override
    public boolean isUnsigned() {
        return !leaves.isEmpty() || !closed.isEmpty();
    }

    /** The closed segments that are not in the log yet. */
    List<Segment> closed() {
        return List.copyOf(closed);
    }

    /** Called when the closed segments are in the log. */
    void logged() {
        closed.clear();
    }

    private void close(Position at) {
        var segment = new Segment(
                name.channel(),
                name.partition(),
                number,
                at.life(),
                at.topicId(),
                start.nextSeq(),
                at.nextSeq(),
                start.nextOffset(),
                at.nextOffset(),
                MerkleTree.root(leaves),
                unproven,
                now.getAsLong(),
                previous);
        closed.add(segment);
        number++;
        previous = Hashes.leaf(segment);
        unproven = 0;
        bytes = 0;
        leaves.clear();
    }
}

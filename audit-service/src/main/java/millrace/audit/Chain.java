package millrace.audit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import millrace.audit.chain.Break;
import millrace.audit.chain.Entry;
import millrace.audit.chain.Hashes;
import millrace.audit.chain.KeptRecord;
import millrace.audit.chain.Segment;
import millrace.audit.chain.Signing;
import millrace.audit.chain.SigningKey;
import org.apache.kafka.common.TopicPartition;

/**
 * The chain of a partition while it is written: position, head, and the open segment. It runs ahead of the database within
 * a transaction; where that fails the chain is thrown away and opened again. For one thread.
 */
final class Chain {
    private final TopicPartition partition;
    private final int entriesOfSegment;
    private final Hashes hashes = new Hashes();
    private final OpenSegment segment;
    private final Unpublished unpublished;
    private final List<Segment> closed = new ArrayList<>();
    /** Who reads ahead looks at the life of it, which changes only between two batches. */
    private volatile Position position;

    /** @param open where the open segment begins: what comes after it has to be {@linkplain #restore restored} */
    Chain(TopicPartition partition, Position position, Signing.Open open, long published, Limits limits) {
        this.partition = partition;
        this.position = position;
        this.entriesOfSegment = limits.entriesOfSegment();
        this.segment = new OpenSegment(limits, hashes, open);
        this.unpublished = new Unpublished(published);
    }

    /** What is the same for all chains of a process. */
    record Limits(SigningKey key, int entriesOfSegment) {}

    /** Position of a partition of which nothing is archived yet. */
    static Position start(String channel, int partition, UUID topicId) {
        return new Position(1, topicId, 0, 0, null, 0, new Hashes().first(channel, partition));
    }

    TopicPartition partition() {
        return partition;
    }

    String channel() {
        return segment.open().channel();
    }

    Position position() {
        return position;
    }

    OpenSegment segment() {
        return segment;
    }

    Unpublished unpublished() {
        return unpublished;
    }

    /** Takes in the entries that were written after the last segment. False where they are not those of the head. */
    boolean restore(List<Entry> entries) {
        var head = segment.open().previousHead();
        for (var entry : entries) {
            var leaf = hashes.leaf(entry);
            head = hashes.head(head, leaf);
            segment.add(leaf);
        }
        return Arrays.equals(head, position.head()) && segment.open().firstSeq() + segment.size() == position.nextSeq();
    }

    void add(KeptRecord kept) {
        add(kept, kept.offset() + 1);
    }

    /** The consumer's position, which also counts what has an offset and is no record. */
    void moveTo(long offset, Integer leaderEpoch) {
        position = position.at(offset, leaderEpoch == null ? position.leaderEpoch() : leaderEpoch);
    }

    /** Goes on behind records that nobody can archive any more. */
    Break gap(long to) {
        var from = position.nextOffset();
        var gap = entry(Break.Kind.GAP, from, to);
        add(gap, to);
        if (position.firstOffset() == from) {
            position = position.beginning(to);
        }
        return gap;
    }

    /** Goes on at an offset that means another record than before. */
    Break reborn(Break.Kind kind, UUID topicId, long from, long to, long next) {
        close();
        position = position.reborn(topicId, next);
        segment.beginAt(position);
        var born = entry(kind, from, to);
        add(born, next);
        return born;
    }

    /** Closes the open segment where there is anything in it. */
    void close() {
        segment.close(position).ifPresent(closed::add);
    }

    boolean isDue(Duration age) {
        return segment.isDue(age);
    }

    /** The segments that were closed since they were last taken. */
    List<Segment> closed() {
        return closed;
    }

    List<Segment> takeClosed() {
        var taken = List.copyOf(closed);
        closed.clear();
        return taken;
    }

    private void add(Entry entry, long nextOffset) {
        var leaf = hashes.leaf(entry);
        segment.add(leaf);
        position = position.after(nextOffset, hashes.head(position.head(), leaf));
        if (segment.size() >= entriesOfSegment) {
            close();
        }
    }

    private Break entry(Break.Kind kind, long from, long to) {
        return new Break(
                channel(),
                partition.partition(),
                position.nextSeq(),
                position.life(),
                kind,
                from,
                to,
                position.topicId(),
                System.currentTimeMillis());
    }
}

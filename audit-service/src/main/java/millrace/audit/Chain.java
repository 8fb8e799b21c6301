package millrace.audit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import millrace.audit.chain.ArchivedRecord;
import millrace.audit.chain.ChainEntry;
import millrace.audit.chain.ClosedSegment;
import millrace.audit.chain.Discontinuity;
import millrace.audit.chain.Hashes;
import millrace.audit.chain.Signing;
import millrace.audit.chain.SigningKey;
import org.apache.kafka.common.TopicPartition;

/**
 * The chain of a partition in memory: position, head, and the open segment. Within a transaction it is ahead of the
 * database; if the transaction fails the chain has to be discarded and opened again. For one thread.
 */
final class Chain {
    private final TopicPartition partition;
    private final int entriesOfSegment;
    private final Hashes hashes = new Hashes();
    private final OpenSegment segment;
    private final UnpublishedCheckpoints unpublished;
    private final List<ClosedSegment> closed = new ArrayList<>();
    /** Volatile, because the next batch reads the incarnation from another thread; it changes between batches only. */
    private volatile Position position;

    /** @param open beginning of the open segment; its entries have to be {@linkplain #restore restored} */
    Chain(TopicPartition partition, Position position, Signing.Open open, long published, Limits limits) {
        this.partition = partition;
        this.position = position;
        this.entriesOfSegment = limits.entriesOfSegment();
        this.segment = new OpenSegment(limits, hashes, open);
        this.unpublished = new UnpublishedCheckpoints(published);
    }

    /** Settings that all chains of a process share. */
    record Limits(SigningKey key, int entriesOfSegment) {}

    /** The position of a partition before its first entry. */
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

    UnpublishedCheckpoints unpublished() {
        return unpublished;
    }

    /** Adds the entries after the last closed segment. @return whether they lead to the archived head */
    boolean restore(List<ChainEntry> entries) {
        var head = segment.open().previousHead();
        for (var entry : entries) {
            var leaf = hashes.leaf(entry);
            head = hashes.head(head, leaf);
            segment.add(leaf);
        }
        return Arrays.equals(head, position.head()) && segment.open().firstSeq() + segment.size() == position.nextSeq();
    }

    void add(ArchivedRecord kept) {
        add(kept, kept.offset() + 1);
    }

    /** Sets the consumer's position, which also counts offsets without a record, such as transaction markers. */
    void moveTo(long offset, Integer leaderEpoch) {
        position = position.at(offset, leaderEpoch == null ? position.leaderEpoch() : leaderEpoch);
    }

    /** Appends a gap: retention has removed the records before {@code to}. */
    Discontinuity gap(long to) {
        var from = position.nextOffset();
        var gap = entry(Discontinuity.Kind.GAP, from, to);
        add(gap, to);
        if (position.firstOffset() == from) {
            position = position.beginning(to);
        }
        return gap;
    }

    /** Begins a new incarnation of the topic, in which an offset stands for another record than before. */
    Discontinuity startNewIncarnation(Discontinuity.Kind kind, UUID topicId, long from, long to, long next) {
        close();
        position = position.inNewIncarnation(topicId, next);
        segment.beginAt(position);
        var born = entry(kind, from, to);
        add(born, next);
        return born;
    }

    /** Closes the open segment unless it is empty. */
    void close() {
        segment.close(position).ifPresent(closed::add);
    }

    boolean isDue(Duration age) {
        return segment.isDue(age);
    }

    /** The segments that were closed since {@link #takeClosed}. */
    List<ClosedSegment> closed() {
        return closed;
    }

    List<ClosedSegment> takeClosed() {
        var taken = List.copyOf(closed);
        closed.clear();
        return taken;
    }

    private void add(ChainEntry entry, long nextOffset) {
        var leaf = hashes.leaf(entry);
        segment.add(leaf);
        position = position.after(nextOffset, hashes.head(position.head(), leaf));
        if (segment.size() >= entriesOfSegment) {
            close();
        }
    }

    private Discontinuity entry(Discontinuity.Kind kind, long from, long to) {
        return new Discontinuity(
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

package millrace.audit;

import java.time.LocalDate;
import java.util.UUID;
import millrace.audit.table.ArchivedRecord;
import millrace.audit.table.ChainEntry;
import millrace.audit.table.ChainName;
import millrace.audit.table.Discontinuity;
import org.apache.kafka.common.TopicPartition;

/**
 * The chain of a partition in memory: its position, and its evidence. Within a transaction it is ahead of the database; if the
 * transaction fails the chain has to be discarded and opened again. For one thread.
 */
final class Chain {
    private final TopicPartition partition;
    private final ChainName name;
    private final ChainEvidence evidence;
    private LocalDate month;
    /** Volatile, because the next batch reads the incarnation from another thread; it changes between batches only. */
    private volatile Position position;

    /** @param position where the evidence was opened */
    Chain(TopicPartition partition, ChainName name, Position position, ChainEvidence evidence) {
        this.partition = partition;
        this.name = name;
        this.position = position;
        this.evidence = evidence;
    }

    TopicPartition partition() {
        return partition;
    }

    ChainName name() {
        return name;
    }

    Position position() {
        return position;
    }

    ChainEvidence evidence() {
        return evidence;
    }

    /** Separates what it has from what is added later. */
    void separate() {
        evidence.separate(position);
    }

    /** Keeps the entries of months apart: a month is removed as a whole. */
    void inMonth(LocalDate current) {
        if (!current.equals(month)) {
            separate();
            month = current;
        }
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
        separate();
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
        separate();
        position = position.inNewIncarnation(topicId, next);
        separate();
        var born = entry(kind, from, to);
        add(born, next);
        return born;
    }

    private void add(ChainEntry entry, long nextOffset) {
        position = position.after(nextOffset);
        evidence.add(entry, position);
    }

    private Discontinuity entry(Discontinuity.Kind kind, long from, long to) {
        return new Discontinuity(
                name.channel(),
                name.partition(),
                position.nextSeq(),
                position.life(),
                kind,
                from,
                to,
                position.topicId(),
                System.currentTimeMillis());
    }
}

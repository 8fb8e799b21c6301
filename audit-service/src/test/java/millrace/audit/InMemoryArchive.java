package millrace.audit;

import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import millrace.audit.table.ChainName;
import millrace.audit.table.Discontinuity;
import org.apache.kafka.common.TopicPartition;

/** An archive in memory whose next appends can be made to fail. */
final class InMemoryArchive extends Archive {
    final List<Long> appended = new ArrayList<>();
    final List<String> discontinuities = new CopyOnWriteArrayList<>();
    final Queue<SQLException> failures = new ArrayDeque<>();
    final Queue<SQLException> signatureFailures = new ArrayDeque<>();
    /** Partitions whose database is not what the broker has. */
    final Set<TopicPartition> refused = new HashSet<>();

    /** Runs before each append. */
    Runnable beforeAppend = () -> {};

    private final Map<TopicPartition, Position> positions = new ConcurrentHashMap<>();

    InMemoryArchive() {
        super(null, null, null, null, null, null, null);
    }

    void put(TopicPartition partition, UUID topicId, long next) {
        positions.put(partition, new Position(1, topicId, 0, next, null, 0));
    }

    long next(TopicPartition partition) {
        return positions.get(partition).nextOffset();
    }

    int life(TopicPartition partition) {
        return positions.get(partition).life();
    }

    @Override
    void activate() {}

    @Override
    Optional<Chain> open(TopicPartition partition, UUID topicId) throws EvidenceMismatch {
        if (refused.contains(partition)) {
            throw new EvidenceMismatch("the record at offset 7 was never on the broker");
        }
        return positions.containsKey(partition) ? Optional.of(chain(partition)) : Optional.empty();
    }

    @Override
    Optional<Discontinuity> begin(TopicPartition partition, UUID topicId, long beginning) {
        positions.put(partition, Position.start(topicId));
        return beginning == 0
                ? Optional.empty()
                : Optional.of(recordDiscontinuity(chain(partition), it -> it.gap(beginning)));
    }

    @Override
    ArchiveBatch encrypt(List<PartitionBatch> batches) {
        return new ArchiveBatch(batches, List.of());
    }

    @Override
    void append(ArchiveBatch batch) throws SQLException {
        beforeAppend.run();
        if (!failures.isEmpty()) {
            throw failures.remove();
        }
        batch.batches().forEach(partitionBatch -> {
            partitionBatch.records().forEach(record -> appended.add(record.offset()));
            partitionBatch.chain().moveTo(partitionBatch.to(), null);
            positions.put(
                    partitionBatch.chain().partition(), partitionBatch.chain().position());
        });
    }

    @Override
    Discontinuity recordDiscontinuity(Chain chain, Function<Chain, Discontinuity> what) {
        var discontinuity = what.apply(chain);
        discontinuities.add("%s %s %d-%d"
                .formatted(
                        discontinuity.channel(),
                        discontinuity.kind().text(),
                        discontinuity.fromOffset(),
                        discontinuity.toOffset()));
        positions.put(chain.partition(), chain.position());
        return discontinuity;
    }

    @Override
    void signIfDue(Collection<Chain> all) throws SQLException {
        if (!signatureFailures.isEmpty()) {
            throw signatureFailures.remove();
        }
    }

    @Override
    void sign(Collection<Chain> all) {}

    private Chain chain(TopicPartition partition) {
        var name = new ChainName(partition.topic(), partition.partition());
        var nothing = new NoEvidence().open(partition, name, Optional.empty(), null, null);
        return new Chain(partition, name, positions.get(partition), nothing);
    }
}

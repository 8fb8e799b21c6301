package millrace.audit;

import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.stream.Collectors;
import millrace.audit.chain.Discontinuity;
import millrace.audit.chain.Signing;
import millrace.audit.chain.SigningKey;
import millrace.local.Secrets;
import org.apache.kafka.common.TopicPartition;

/** An archive in memory whose next appends can be made to fail. */
final class InMemoryArchive extends Archive {
    private static final Chain.Limits LIMITS = new Chain.Limits(SigningKey.parse(Secrets.signingKey()), 1024);

    final List<Long> appended = new ArrayList<>();
    final List<String> discontinuities = new CopyOnWriteArrayList<>();
    final Queue<SQLException> failures = new ArrayDeque<>();
    /** Runs before each append. */
    Runnable beforeAppend = () -> {};

    private final Map<TopicPartition, Position> positions = new ConcurrentHashMap<>();

    InMemoryArchive() {
        super(null, null, null, null, null, null, null);
    }

    void put(TopicPartition partition, UUID topicId, long next) {
        positions.put(partition, new Position(1, topicId, 0, next, null, 0, new byte[32]));
    }

    long next(TopicPartition partition) {
        return positions.get(partition).nextOffset();
    }

    int life(TopicPartition partition) {
        return positions.get(partition).life();
    }

    @Override
    Map<TopicPartition, Chain> open(Collection<TopicPartition> partitions) {
        return partitions.stream()
                .filter(positions::containsKey)
                .collect(Collectors.toMap(partition -> partition, this::chain));
    }

    @Override
    Optional<Discontinuity> begin(TopicPartition partition, UUID topicId, long beginning) {
        positions.put(partition, Chain.start(partition.topic(), 0, topicId));
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
    void closeDueSegments(Collection<Chain> all) {}

    private Chain chain(TopicPartition partition) {
        var position = positions.get(partition);
        var open = new Signing.Open(partition.topic(), 0, 0, 1, 0, 0, position.head());
        return new Chain(partition, position, open, 0, LIMITS);
    }
}

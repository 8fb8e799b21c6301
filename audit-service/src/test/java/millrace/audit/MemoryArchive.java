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
import millrace.audit.chain.Break;
import millrace.audit.chain.Signing;
import millrace.audit.chain.SigningKey;
import millrace.local.Secrets;
import org.apache.kafka.common.TopicPartition;

/** An archive in memory that fails when it is told to. */
final class MemoryArchive extends Archive {
    private static final Chain.Limits LIMITS = new Chain.Limits(SigningKey.parse(Secrets.signingKey()), 1024);

    final List<Long> kept = new ArrayList<>();
    final List<String> breaks = new CopyOnWriteArrayList<>();
    final Queue<SQLException> failures = new ArrayDeque<>();
    /** What happens before anything is kept. */
    Runnable beforeKeeping = () -> {};

    private final Map<TopicPartition, Position> positions = new ConcurrentHashMap<>();

    MemoryArchive() {
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
    Optional<Break> begin(TopicPartition partition, UUID topicId, long beginning) {
        positions.put(partition, Chain.start(partition.topic(), 0, topicId));
        return beginning == 0 ? Optional.empty() : Optional.of(note(chain(partition), it -> it.gap(beginning)));
    }

    @Override
    Batch seal(List<Stretch> stretches) {
        return new Batch(stretches, List.of());
    }

    @Override
    void keep(Batch batch) throws SQLException {
        beforeKeeping.run();
        if (!failures.isEmpty()) {
            throw failures.remove();
        }
        batch.stretches().forEach(stretch -> {
            stretch.records().forEach(record -> kept.add(record.offset()));
            stretch.chain().moveTo(stretch.to(), null);
            positions.put(stretch.chain().partition(), stretch.chain().position());
        });
    }

    @Override
    Break note(Chain chain, Function<Chain, Break> what) {
        var gone = what.apply(chain);
        breaks.add("%s %s %d-%d".formatted(gone.channel(), gone.kind().text(), gone.fromOffset(), gone.toOffset()));
        positions.put(chain.partition(), chain.position());
        return gone;
    }

    @Override
    void settle(Collection<Chain> all) {}

    private Chain chain(TopicPartition partition) {
        var position = positions.get(partition);
        var open = new Signing.Open(partition.topic(), 0, 0, 1, 0, 0, position.head());
        return new Chain(partition, position, open, 0, LIMITS);
    }
}

package millrace.audit;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/**
 * Brings records from Kafka to the archive, from the archive's positions on. An assigned partition is paused until its
 * position is known; while the database is away all are, and polling goes on, so that the group keeps its members.
 */
final class Reader implements ConsumerRebalanceListener, AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Reader.class);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration CLOSES_WITHIN = Duration.ofSeconds(5);
    private static final String POSITIONS = "positions";
    private static final String RECORDS = "records";

    private final Consumer<byte[], byte[]> consumer;
    private final Archive archive;
    private final Condition condition;
    private final Meters meters;
    private final Pulse pulse;
    private final Backoff backoff = new Backoff();
    /** Where the archive of each partition that is being read ends. */
    private final Map<TopicPartition, Long> positions = new HashMap<>();
    /** Partitions that cannot be read on; others are. */
    private final Set<TopicPartition> broken = new HashSet<>();

    Reader(Consumer<byte[], byte[]> consumer, Archive archive, Condition condition, Meters meters) {
        this.consumer = consumer;
        this.archive = archive;
        this.condition = condition;
        this.meters = meters;
        this.pulse = new Pulse(consumer, condition);
    }

    /** Returns when it is time to stop; throws where the consumer can no longer be used. */
    void read(Collection<String> topics, BooleanSupplier stopping) {
        consumer.subscribe(topics, this);
        while (!stopping.getAsBoolean()) {
            try {
                place();
            } catch (SQLException e) {
                hold(POSITIONS, e);
                continue;
            }
            try {
                keep(poll());
            } catch (SQLException e) {
                hold(RECORDS, e);
            }
        }
    }

    /** From another thread: ends a poll that waits. */
    void wakeUp() {
        consumer.wakeup();
    }

    @Override
    public void close() {
        consumer.close(CloseOptions.timeout(CLOSES_WITHIN));
    }

    /** A consumer must have some position: this one is never read from, it is replaced before the partition resumes. */
    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
        consumer.pause(partitions);
        partitions.forEach(partition -> consumer.seek(partition, 0));
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
        positions.keySet().removeAll(partitions);
        broken.removeAll(partitions);
        partitions.forEach(partition -> condition.good(partition.toString()));
        condition.good(RECORDS);
        partitions.forEach(meters::forget);
    }

    /** Sends assigned partitions to their positions; one that was never archived begins at its first record. */
    private void place() throws SQLException {
        var unplaced = new HashSet<>(consumer.assignment());
        unplaced.removeAll(positions.keySet());
        unplaced.removeAll(broken);
        if (unplaced.isEmpty()) {
            return;
        }
        var found = archive.positions(unplaced);
        if (found.size() < unplaced.size()) {
            var unseen = new HashSet<>(unplaced);
            unseen.removeAll(found.keySet());
            archive.begin(consumer.beginningOffsets(unseen));
            found = archive.positions(unplaced);
        }
        found.forEach(consumer::seek);
        positions.putAll(found);
        consumer.resume(found.keySet());
        condition.good(POSITIONS);
    }

    private ConsumerRecords<byte[], byte[]> poll() throws SQLException {
        try {
            var records = consumer.poll(POLL);
            pulse.polled(!records.isEmpty());
            return records;
        } catch (OffsetOutOfRangeException e) {
            for (var partition : e.partitions()) {
                goOnBehindLoss(partition);
            }
            return ConsumerRecords.empty();
        }
    }

    private void keep(ConsumerRecords<byte[], byte[]> records) throws SQLException {
        var stretches = stretches(records);
        if (stretches.isEmpty()) {
            return;
        }
        archive.keep(stretches);
        condition.good(RECORDS);
        backoff.reset();
        for (var stretch : stretches) {
            positions.put(stretch.partition(), stretch.to());
            meters.kept(stretch, consumer.currentLag(stretch.partition()).orElse(0));
        }
        var offsets = stretches.stream()
                .collect(Collectors.toMap(Stretch::partition, stretch -> new OffsetAndMetadata(stretch.to())));
        consumer.commitAsync(offsets, Reader::logFailure);
    }

    /** The consumer's position counts what has an offset and is no record: the marks at the ends of transactions. */
    private List<Stretch> stretches(ConsumerRecords<byte[], byte[]> records) {
        return records.nextOffsets().entrySet().stream()
                .map(next -> new Stretch(
                        next.getKey(),
                        positions.get(next.getKey()),
                        next.getValue().offset(),
                        records.records(next.getKey())))
                .toList();
    }

    /** The archive said no, or nothing. What was read and not kept is forgotten: only the archive knows where it ends. */
    private void hold(String about, SQLException no) {
        condition.bad(about, no.getMessage());
        positions.clear();
        consumer.pause(consumer.assignment());
        consumer.poll(backoff.next());
    }

    private void goOnBehindLoss(TopicPartition partition) throws SQLException {
        var position = positions.get(partition);
        var beginning = consumer.beginningOffsets(List.of(partition)).get(partition);
        if (beginning > position) {
            LOG.errorf("Records %d to %d of %s were removed before they were archived", position, beginning, partition);
            archive.skip(partition, position, beginning);
            condition.good(RECORDS);
            meters.lost(partition, beginning - position);
            consumer.seek(partition, beginning);
            positions.put(partition, beginning);
        } else {
            consumer.pause(List.of(partition));
            positions.remove(partition);
            broken.add(partition);
            condition.bad(
                    partition.toString(),
                    "the archive ends at " + position
                            + ", which the broker does not have: the topic was cut off or made again");
        }
    }

    private static void logFailure(Map<TopicPartition, OffsetAndMetadata> offsets, Exception failure) {
        if (failure != null) {
            LOG.debugf("Kafka does not show the lag of %s as it is: %s", offsets.keySet(), failure.getMessage());
        }
    }
}

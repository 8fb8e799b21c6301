package millrace.audit;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
 * Brings records from Kafka to the archive, from the archive's positions on: while those of one poll are kept, the next one
 * reads and seals. An assigned partition is paused until its chain is open; while the database is away all are, and polling
 * goes on, so that the group keeps its members.
 */
final class Reader implements ConsumerRebalanceListener, AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Reader.class);
    private static final Duration POLL = Duration.ofMillis(500);
    /** Where something is being kept: soon after that it is told of. */
    private static final Duration SHORT_POLL = Duration.ofMillis(20);

    private static final Duration CLOSES_WITHIN = Duration.ofSeconds(5);
    private static final String POSITIONS = "positions";
    private static final String RECORDS = "records";

    private final Consumer<byte[], byte[]> consumer;
    private final Archive archive;
    private final Condition condition;
    private final Meters meters;
    private final Pulse pulse;
    private final Beginnings beginnings;
    private final Keeping keeping;
    private final Backoff backoff = new Backoff();
    /** Of the partitions that are being read. */
    private final Map<TopicPartition, Chain> chains = new HashMap<>();

    Reader(Consumer<byte[], byte[]> consumer, TopicIds topicIds, Archive archive, Condition condition, Meters meters) {
        this.consumer = consumer;
        this.archive = archive;
        this.condition = condition;
        this.meters = meters;
        this.pulse = new Pulse(consumer, condition);
        this.beginnings = new Beginnings(consumer, topicIds, archive, condition, meters);
        this.keeping = new Keeping(archive);
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
                var batch = archive.seal(stretches(poll()));
                finish();
                archive.settle(chains.values());
                keep(batch);
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
        keeping.close();
        beginnings.close();
        consumer.close(CloseOptions.timeout(CLOSES_WITHIN));
    }

    /** A consumer must have some position: this one is never read from, it is replaced before the partition resumes. */
    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
        consumer.pause(partitions);
        partitions.forEach(partition -> consumer.seek(partition, 0));
    }

    /** Who gets them finds what was read of them kept. */
    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
        keeping.await();
        chains.keySet().removeAll(partitions);
        condition.good(RECORDS);
        partitions.forEach(meters::forget);
    }

    /** Opens the chains of partitions that have none open, and sends the consumer to where they stand. */
    private void place() throws SQLException {
        var unplaced = consumer.assignment().stream()
                .filter(partition -> !chains.containsKey(partition))
                .toList();
        if (!unplaced.isEmpty()) {
            var opened = beginnings.open(unplaced);
            chains.putAll(opened);
            opened.values().forEach(this::goOn);
            consumer.resume(opened.keySet());
            condition.good(POSITIONS);
            show(opened.values().stream()
                    .collect(Collectors.toMap(
                            Chain::partition, chain -> chain.position().nextOffset())));
        }
        if (!chains.isEmpty() && beginnings.isLookDue()) {
            finish();
            beginnings.recreated(chains.values()).forEach(this::goOn);
        }
    }

    private void goOn(Chain chain) {
        var position = chain.position();
        var epoch = Optional.ofNullable(position.leaderEpoch());
        consumer.seek(chain.partition(), new OffsetAndMetadata(position.nextOffset(), epoch, ""));
    }

    private ConsumerRecords<byte[], byte[]> poll() throws SQLException {
        try {
            var records = consumer.poll(keeping.isDone() ? POLL : SHORT_POLL);
            pulse.polled(!records.isEmpty());
            return records;
        } catch (OffsetOutOfRangeException e) {
            finish();
            for (var partition : e.partitions()) {
                var chain = chains.get(partition);
                beginnings.anew(chain, e);
                goOn(chain);
            }
            return ConsumerRecords.empty();
        }
    }

    private void keep(Batch batch) {
        if (!batch.stretches().isEmpty()) {
            keeping.begin(batch);
        }
    }

    /** Waits until what was read before is kept; from then on its chains may be used. */
    private void finish() throws SQLException {
        var kept = keeping.finish().stream()
                .filter(stretch -> chains.containsValue(stretch.chain()))
                .toList();
        if (kept.isEmpty()) {
            return;
        }
        condition.good(RECORDS);
        backoff.reset();
        for (var stretch : kept) {
            var partition = stretch.chain().partition();
            meters.kept(stretch, consumer.currentLag(partition).orElse(0));
        }
        show(kept.stream().collect(Collectors.toMap(stretch -> stretch.chain().partition(), Stretch::to)));
    }

    /** For those who look at the group: what a process that was killed has kept and not told of, too. */
    private void show(Map<TopicPartition, Long> positions) {
        if (!positions.isEmpty()) {
            var offsets = positions.entrySet().stream()
                    .collect(Collectors.toMap(Map.Entry::getKey, next -> new OffsetAndMetadata(next.getValue())));
            consumer.commitAsync(offsets, Reader::logFailure);
        }
    }

    /** The consumer's position counts what has an offset and is no record: the marks at the ends of transactions. */
    private List<Stretch> stretches(ConsumerRecords<byte[], byte[]> records) {
        return records.nextOffsets().entrySet().stream()
                .map(next -> new Stretch(
                        chains.get(next.getKey()), next.getValue().offset(), records.records(next.getKey())))
                .toList();
    }

    /** The archive said no, or nothing. What was read and not kept is forgotten: only the archive knows where it ends. */
    private void hold(String about, SQLException no) {
        try {
            finish();
        } catch (SQLException another) {
            no.addSuppressed(another);
        }
        condition.bad(about, no.getMessage());
        chains.clear();
        consumer.pause(consumer.assignment());
        consumer.poll(backoff.next());
    }

    private static void logFailure(Map<TopicPartition, OffsetAndMetadata> offsets, Exception failure) {
        if (failure != null) {
            LOG.debugf("Kafka does not show the lag of %s as it is: %s", offsets.keySet(), failure.getMessage());
        }
    }
}

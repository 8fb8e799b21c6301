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
 * Polls the audited topics from the archive's positions on and appends the records: while one batch is appended, the next
 * is polled and encrypted. An assigned partition is paused until its chain is open. While the database is unavailable all
 * partitions are paused and polling continues, so that the consumer stays in its group.
 */
final class ChannelArchiver implements ConsumerRebalanceListener, AutoCloseable {
    private static final Logger LOG = Logger.getLogger(ChannelArchiver.class);
    private static final Duration POLL = Duration.ofMillis(500);
    /** Poll timeout while a batch is being appended, so that its offsets are committed promptly. */
    private static final Duration SHORT_POLL = Duration.ofMillis(20);

    private static final Duration CLOSES_WITHIN = Duration.ofSeconds(5);
    private static final String POSITIONS = "positions";
    private static final String RECORDS = "records";

    private final Consumer<byte[], byte[]> consumer;
    private final Archive archive;
    private final ReadinessAlarms alarms;
    private final ArchiveMetrics metrics;
    private final BrokerLiveness liveness;
    private final StartPositions startPositions;
    private final ArchiveWriter writer;
    private final DoublingBackoff backoff = new DoublingBackoff();
    /** The open chains: those of the partitions that are not paused. */
    private final Map<TopicPartition, Chain> chains = new HashMap<>();
    /** A commit has failed: on a channel without further records Kafka would show a lag that does not exist. */
    private boolean commitDue;

    ChannelArchiver(
            Consumer<byte[], byte[]> consumer,
            TopicIds topicIds,
            Archive archive,
            ReadinessAlarms alarms,
            ArchiveMetrics metrics) {
        this.consumer = consumer;
        this.archive = archive;
        this.alarms = alarms;
        this.metrics = metrics;
        this.liveness = new BrokerLiveness(consumer, alarms);
        this.startPositions = new StartPositions(consumer, topicIds, archive, alarms, metrics);
        this.writer = new ArchiveWriter(archive);
    }

    /**
     * Runs until {@code stopping} is true, or until another process archives; throws if the consumer cannot be used any
     * more.
     */
    void run(Collection<String> topics, BooleanSupplier stopping) {
        consumer.subscribe(topics, this);
        while (!stopping.getAsBoolean()) {
            var about = POSITIONS;
            try {
                openChains();
                about = RECORDS;
                var batch = archive.encrypt(batches(poll()));
                finish();
                about = POSITIONS;
                archive.signIfDue(chains.values());
                commitAgain();
                submit(batch);
            } catch (ArchiveLock.NotActive e) {
                return;
            } catch (SQLException e) {
                pauseAll(about, e);
            }
        }
    }

    /** Ends a waiting poll; called from another thread. */
    void wakeUp() {
        consumer.wakeup();
    }

    /** Signs what is archived, so that the next process has nothing to read again. */
    @Override
    public void close() {
        sign();
        writer.close();
        startPositions.close();
        consumer.close(CloseOptions.timeout(CLOSES_WITHIN));
    }

    /** Seeks to 0, because a consumer needs some position; {@link #openChains} replaces it before the partition resumes. */
    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
        consumer.pause(partitions);
        partitions.forEach(partition -> consumer.seek(partition, 0));
    }

    /** Waits until the records that were read are appended, so that the next owner finds them in the archive. */
    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
        writer.await();
        chains.keySet().removeAll(partitions);
        alarms.clear(RECORDS);
        partitions.forEach(metrics::clear);
    }

    private void sign() {
        try {
            finish();
            archive.sign(chains.values());
        } catch (SQLException e) {
            LOG.debugf("The next process reads again what is not signed: %s", e.getMessage());
        }
    }

    /** Opens the missing chains of assigned partitions and seeks to their positions; looks for recreated topics. */
    private void openChains() throws SQLException {
        var unopened = consumer.assignment().stream()
                .filter(partition -> !chains.containsKey(partition) && !startPositions.isRefused(partition))
                .toList();
        if (!unopened.isEmpty()) {
            var opened = startPositions.open(unopened);
            chains.putAll(opened);
            opened.values().forEach(this::seek);
            consumer.resume(opened.keySet());
            alarms.clear(POSITIONS);
            commitPositions(opened.values());
        }
        if (!chains.isEmpty() && startPositions.isCheckDue()) {
            finish();
            startPositions.findRecreated(chains.values()).forEach(this::seek);
        }
    }

    private void seek(Chain chain) {
        var position = chain.position();
        var epoch = Optional.ofNullable(position.leaderEpoch());
        consumer.seek(chain.partition(), new OffsetAndMetadata(position.nextOffset(), epoch, ""));
    }

    private ConsumerRecords<byte[], byte[]> poll() throws SQLException {
        try {
            var records = consumer.poll(writer.isDone() ? POLL : SHORT_POLL);
            liveness.afterPoll(!records.isEmpty());
            return records;
        } catch (OffsetOutOfRangeException e) {
            finish();
            for (var partition : e.partitions()) {
                var chain = chains.get(partition);
                startPositions.resolveOutOfRange(chain, e);
                seek(chain);
            }
            return ConsumerRecords.empty();
        }
    }

    private void submit(ArchiveBatch batch) {
        if (!batch.batches().isEmpty()) {
            writer.submit(batch);
        }
    }

    /** Waits until the previous batch is appended and commits its offsets; afterwards its chains may be used. */
    private void finish() throws SQLException {
        var written = writer.finish().stream()
                .filter(batch -> chains.containsValue(batch.chain()))
                .toList();
        if (written.isEmpty()) {
            return;
        }
        alarms.clear(RECORDS);
        backoff.reset();
        written.forEach(metrics::recordAppended);
        commit(written.stream().collect(Collectors.toMap(batch -> batch.chain().partition(), PartitionBatch::to)));
    }

    private void commitAgain() {
        if (commitDue) {
            commitDue = false;
            commitPositions(chains.values());
        }
    }

    private void commitPositions(Collection<Chain> opened) {
        commit(opened.stream()
                .collect(Collectors.toMap(
                        Chain::partition, chain -> chain.position().nextOffset())));
    }

    /** Commits positions to Kafka, which shows the lag; at the start also those that a killed process did not commit. */
    private void commit(Map<TopicPartition, Long> positions) {
        if (!positions.isEmpty()) {
            var offsets = positions.entrySet().stream()
                    .collect(Collectors.toMap(Map.Entry::getKey, next -> new OffsetAndMetadata(next.getValue())));
            consumer.commitAsync(offsets, this::afterCommit);
        }
    }

    /** The next offset of the consumer also counts offsets without a record, such as transaction markers. */
    private List<PartitionBatch> batches(ConsumerRecords<byte[], byte[]> records) {
        return records.nextOffsets().entrySet().stream()
                .map(next -> new PartitionBatch(
                        chains.get(next.getKey()), next.getValue().offset(), records.records(next.getKey())))
                .toList();
    }

    /** Pauses all partitions and drops their chains after a failure of the database; they are opened again after a pause. */
    private void pauseAll(String about, SQLException failure) {
        try {
            finish();
        } catch (SQLException another) {
            failure.addSuppressed(another);
        }
        alarms.raise(about, failure.getMessage());
        chains.clear();
        consumer.pause(consumer.assignment());
        consumer.poll(backoff.next());
    }

    private void afterCommit(Map<TopicPartition, OffsetAndMetadata> offsets, Exception failure) {
        if (failure != null) {
            commitDue = true;
            LOG.debugf("Kafka does not show the lag of %s as it is: %s", offsets.keySet(), failure.getMessage());
        }
    }
}

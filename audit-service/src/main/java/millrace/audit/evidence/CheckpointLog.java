package millrace.audit.evidence;

import io.smallrye.common.annotation.Identifier;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import millrace.audit.ArchiveLock;
import millrace.audit.ChainEvidence;
import millrace.audit.Evidence;
import millrace.audit.EvidenceMismatch;
import millrace.audit.Position;
import millrace.audit.ReadinessAlarms;
import millrace.audit.table.ChainName;
import millrace.audit.table.DatabaseTransactions;
import org.apache.kafka.common.TopicPartition;

/**
 * The log of closed segments: one Merkle tree over the segments of all chains, and its signed checkpoints. The process that
 * archives appends to it; after a failed transaction the log has to be loaded again. For one thread.
 */
@Singleton
class CheckpointLog implements Evidence {
    /** Clocks are corrected by less than this, without an alarm. */
    private static final Duration CORRECTED_BY = Duration.ofSeconds(10);

    private final DatabaseTransactions transactions;
    private final CheckpointPublisher publisher;
    private final UnsignedRecords unsignedRecords;
    private final ReadinessAlarms alarms;
    private final EvidenceHealth health;
    private final Map<String, Object> broker;
    private final InstantSource clock;
    private final SignedLog log;
    private final AuditConfig config;
    /** {@code null} until it is loaded. */
    private SignedLog.State state;

    private long signedAt;

    CheckpointLog(
            DatabaseTransactions transactions,
            CheckpointPublisher publisher,
            UnsignedRecords unsignedRecords,
            ReadinessAlarms alarms,
            EvidenceHealth health,
            @Identifier("default-kafka-broker") Map<String, Object> broker,
            ArchiveSettings settings,
            AuditConfig config,
            InstantSource clock) {
        this.transactions = transactions;
        this.publisher = publisher;
        this.unsignedRecords = unsignedRecords;
        this.alarms = alarms;
        this.health = health;
        this.broker = broker;
        this.clock = clock;
        this.config = config;
        this.log = new SignedLog(settings.identity(), settings.signingKeys(), clock);
    }

    /**
     * {@inheritDoc} Publishes the last checkpoint again if the channel does not have it, the same bytes, because the process
     * before may have ended between storing and publishing it.
     */
    @Override
    public void load(boolean isNew) throws SQLException {
        if (state != null && !isNew) {
            return;
        }
        state = null;
        state = log.load(transactions, broker);
        if (state.head().isPresent() && !state.isPublished()) {
            publisher.publish(state.head().get(), state.note());
        }
        health.signed(state.head().orElse(null));
        signedAt = System.nanoTime();
    }

    @Override
    public void unload() {
        state = null;
        health.signed(null);
    }

    @Override
    public ChainEvidence open(
            TopicPartition partition, ChainName chain, Optional<Position> archived, UUID topicId, ArchiveLock lock)
            throws SQLException {
        var last = transactions.get(connection -> SignedLog.last(connection, state, chain));
        if (archived.isEmpty() && last.isPresent()) {
            throw new EvidenceMismatch("the position is gone, and a checkpoint was signed");
        }
        var start = archived.map(position -> OpenSegment.end(last, position)).orElseGet(() -> Position.start(topicId));
        var open = new OpenSegment(
                partition,
                chain,
                start,
                last,
                config.segmentEntries(),
                () -> log.now(state).toEpochMilli());
        if (archived.isPresent()) {
            unsignedRecords.read(open, archived.get(), topicId, lock);
        }
        return open;
    }

    @Override
    public boolean isDue(boolean isUnsigned) {
        var every = isUnsigned ? config.checkpointEvery() : config.idleCheckpointEvery();
        return state != null && System.nanoTime() - signedAt >= every.toNanos();
    }

    /** Appends the closed segments to the log and stores a checkpoint with them. */
    @Override
    public Runnable sign(Connection connection, Collection<ChainEvidence> chains) throws SQLException {
        var at = log.now(state);
        checkClock(at);
        var open = chains.stream().map(OpenSegment.class::cast).toList();
        var segments = open.stream().flatMap(one -> one.closed().stream()).toList();
        var next = log.append(connection, state, segments, at);
        return () -> {
            open.forEach(OpenSegment::logged);
            state = next;
            health.signed(next.head().orElseThrow());
            signedAt = System.nanoTime();
            publisher.publish(next.head().orElseThrow(), next.note());
        };
    }

    @Override
    public void retry() {
        publisher.retry();
    }

    @Override
    public boolean isSigned(Connection connection, long subject) throws SQLException {
        return LogTables.isSigned(connection, subject);
    }

    private void checkClock(Instant at) {
        if (clock.instant().plus(CORRECTED_BY).isBefore(at)) {
            alarms.alarm(
                    "clock", "it was turned back: until it is %s again, what is signed has this time".formatted(at));
        }
    }
}

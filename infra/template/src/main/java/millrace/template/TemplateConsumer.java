package millrace.template;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.common.annotation.Blocking;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import millrace.events.RateLimit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.jboss.logging.Logger;

/**
 * Consumes the channel {@link #READS}. The state of a key is the number of its records; {@link #effect} decides which
 * event follows from a record, for the channel of the setting {@code template.writes}. Change both.
 *
 * <p>A poll is one database transaction: its records change the state, their effects and the counts for the ledger are
 * published, and the transaction commits; the offsets are committed last. A record that is delivered again changes
 * nothing. An effect may be published twice, with the same id. A shadow keeps its effects in a table until it is live.
 *
 * <p>While the database or the broker is unavailable, the poll is retried every second, and its partitions wait. So it is
 * at a record at which this program fails: no record is skipped, and there is no channel for dead letters yet.
 */
@ApplicationScoped
class TemplateConsumer {
    static final String READS = "transactions";

    private static final Logger LOG = Logger.getLogger(TemplateConsumer.class);
    private static final Duration BETWEEN_ATTEMPTS = Duration.ofSeconds(1);

    private final DataSource database;
    private final TemplatePublisher publisher;
    private final RateLimit rate;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private volatile boolean available = true;

    /** @param recordsPerSecond limit of a rebuild; 0 for none */
    TemplateConsumer(
            DataSource database,
            TemplatePublisher publisher,
            @ConfigProperty(name = "MILLRACE_REPLAY_RATE", defaultValue = "0") long recordsPerSecond) {
        this.database = database;
        this.publisher = publisher;
        this.rate = new RateLimit(recordsPerSecond, Duration.ZERO);
    }

    /**
     * Returns the event that follows from a record; empty if none does. The event gets the source and the id of the
     * record, by which its readers know a repeat. Decide by the record alone: a rebuild has to decide as live did.
     */
    private static Optional<TemplateState.Effect> effect(ConsumerRecord<byte[], byte[]> record) {
        return Optional.empty();
    }

    @Incoming("input")
    @Blocking
    void consume(ConsumerRecords<byte[], byte[]> poll) throws InterruptedException {
        rate.acquire(poll.count(), () -> stopping.getCount() == 0);
        while (!isProcessed(poll)) {
            if (stopping.await(BETWEEN_ATTEMPTS.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IllegalStateException("The service stops. The next start reads these records again.");
            }
        }
    }

    /** Publishes what a generation has left to its successor: {@link #consume} does it with the next poll otherwise. */
    void start(@Observes StartupEvent event) throws InterruptedException {
        isProcessed(ConsumerRecords.empty());
    }

    void stop(@Observes ShutdownEvent event) {
        stopping.countDown();
    }

    private boolean isProcessed(ConsumerRecords<byte[], byte[]> poll) throws InterruptedException {
        try {
            process(poll, TemplateConsumer::effect);
            if (!available) {
                LOG.info("Records are processed again.");
            }
            available = true;
            return true;
        } catch (SQLException | ExecutionException | RuntimeException failure) {
            if (available) {
                LOG.error("Records cannot be processed; they are retried every second.", failure);
            }
            available = false;
            return false;
        }
    }

    void process(ConsumerRecords<byte[], byte[]> poll, TemplateState.Rule rule)
            throws SQLException, InterruptedException, ExecutionException {
        try (var connection = database.getConnection()) {
            connection.setAutoCommit(false);
            try {
                new TemplateState(connection).apply(poll, rule);
                publisher.publish(connection);
                connection.commit();
            } finally {
                connection.rollback(); // Does nothing after the commit.
            }
        }
    }
}

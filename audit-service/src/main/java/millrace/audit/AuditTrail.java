package millrace.audit;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.WakeupException;
import org.jboss.logging.Logger;

/**
 * Archives every record of every audited channel, if no other process does: one poll, then one database transaction with the records and the new
 * positions. The offsets that it commits to Kafka only show the lag; it never reads from them.
 */
@ApplicationScoped
class AuditTrail {
    private static final Logger LOG = Logger.getLogger(AuditTrail.class);
    private static final Duration STOPS_WITHIN = Duration.ofSeconds(15);
    /** Name of the problem in {@link ReadinessAlarms}. */
    private static final String ARCHIVE = "positions";

    /**
     * Largest response of a broker. Together with the broker's limit of a record it bounds the memory: with three brokers
     * 12 MB wait, and each of two batches holds as much as it was read and once more encrypted.
     */
    private static final int FETCH_BYTES = 4 << 20;

    private static final int RECORDS_OF_A_TRANSACTION = 2000;
    /** After a process was killed its partitions wait so long for another consumer. */
    private static final int SESSION_TIMEOUT_MS = 10_000;

    /** A topic that appears on the broker is subscribed within this time. */
    private static final int NEW_TOPICS_WITHIN_MS = 30_000;

    private final Map<String, Object> broker;
    private final AuditedChannels channels;
    private final Archive archive;
    private final ReadinessAlarms alarms;
    private final ArchiveMetrics metrics;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, "audit-trail");
    private volatile ChannelArchiver archiver;

    AuditTrail(
            @Identifier("default-kafka-broker") Map<String, Object> broker,
            AuditedChannels channels,
            Archive archive,
            ReadinessAlarms alarms,
            ArchiveMetrics metrics) {
        this.broker = broker;
        this.channels = channels;
        this.archive = archive;
        this.alarms = alarms;
        this.metrics = metrics;
    }

    void start(@Observes StartupEvent event) {
        thread.start();
    }

    /** Waits 15 s for the batch that is being appended; what is not appended is read again by the next owner. */
    void stop(@Observes ShutdownEvent event) throws InterruptedException {
        stopping.countDown();
        if (archiver != null) {
            archiver.wakeUp();
        }
        thread.join(STOPS_WITHIN.toMillis());
        if (thread.isAlive()) {
            LOG.warnf("The audit trail did not stop within %d s", STOPS_WITHIN.toSeconds());
        }
    }

    /** An unexpected exception ends the process, so that the platform starts it again. */
    private void run() {
        try {
            var backoff = new DoublingBackoff();
            while (!isStopping()) {
                if (activate(backoff)) {
                    read();
                }
                stopping.await(backoff.next().toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            if (!isStopping()) {
                Quarkus.asyncExit(1);
            }
        }
    }

    /** Returns whether this process is the one that archives; another one is ready to take over and waits. */
    private boolean activate(DoublingBackoff backoff) {
        try {
            archive.activate();
            backoff.reset();
            return true;
        } catch (ArchiveLock.NotActive e) {
            backoff.reset();
            alarms.clear(BrokerLiveness.KAFKA);
            alarms.clear(ARCHIVE);
            LOG.debug("Another process archives");
        } catch (SQLException e) {
            alarms.raise(ARCHIVE, e.getMessage());
        } catch (KafkaException e) {
            alarms.raise(BrokerLiveness.KAFKA, e.getMessage());
        }
        archive.deactivate();
        return false;
    }

    /** Returns when the service stops, or when the consumer cannot be used any more and has to be created again. */
    private void read() {
        try (var opened = new ChannelArchiver(consumer(), TopicIds.connect(broker), archive, alarms, metrics)) {
            archiver = opened;
            opened.run(channels.topics(), this::isStopping);
        } catch (WakeupException timeToStop) {
            LOG.debug("The audit trail was woken up to stop");
        } catch (KafkaException e) {
            alarms.raise(BrokerLiveness.KAFKA, e.getMessage());
        } finally {
            archive.deactivate();
        }
    }

    /** Takes its positions from the archive only: without one it throws instead of choosing one. */
    private Consumer<byte[], byte[]> consumer() {
        return KafkaClients.consumer(
                broker,
                Map.of(
                        "group.id", channels.consumerGroup(),
                        "client.id", channels.consumerGroup(),
                        "auto.offset.reset", "none",
                        "session.timeout.ms", SESSION_TIMEOUT_MS,
                        "max.poll.records", RECORDS_OF_A_TRANSACTION,
                        "fetch.max.bytes", FETCH_BYTES,
                        "metadata.max.age.ms", NEW_TOPICS_WITHIN_MS));
    }

    private boolean isStopping() {
        return stopping.getCount() == 0;
    }
}

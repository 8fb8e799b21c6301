package millrace.audit;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
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

    private final ArchiveConsumerFactory consumers;
    private final Archive archive;
    private final ReadinessAlarms alarms;
    private final ArchiveMetrics metrics;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, "audit-trail");
    private volatile ChannelArchiver archiver;

    AuditTrail(ArchiveConsumerFactory consumers, Archive archive, ReadinessAlarms alarms, ArchiveMetrics metrics) {
        this.consumers = consumers;
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
        try (var opened = new ChannelArchiver(consumers.open(), consumers.topicIds(), archive, alarms, metrics)) {
            archiver = opened;
            opened.run(consumers.topics(), this::isStopping);
        } catch (WakeupException timeToStop) {
            LOG.debug("The audit trail was woken up to stop");
        } catch (KafkaException e) {
            alarms.raise(BrokerLiveness.KAFKA, e.getMessage());
        } finally {
            archive.deactivate();
        }
    }

    private boolean isStopping() {
        return stopping.getCount() == 0;
    }
}

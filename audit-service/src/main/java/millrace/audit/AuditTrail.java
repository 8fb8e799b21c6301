package millrace.audit;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.WakeupException;
import org.jboss.logging.Logger;

/**
 * Keeps every record of every audited channel: poll, then one database transaction with the records and the positions behind
 * them. The offsets that Kafka knows of the group are for people who look at the lag.
 */
@ApplicationScoped
class AuditTrail {
    private static final Logger LOG = Logger.getLogger(AuditTrail.class);
    private static final Duration STOPS_WITHIN = Duration.ofSeconds(15);

    private final Consumers consumers;
    private final Archive archive;
    private final Condition condition;
    private final Meters meters;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, "audit-trail");
    private volatile Reader reader;

    AuditTrail(Consumers consumers, Archive archive, Condition condition, Meters meters) {
        this.consumers = consumers;
        this.archive = archive;
        this.condition = condition;
        this.meters = meters;
    }

    void start(@Observes StartupEvent event) {
        thread.start();
    }

    /** What is being stored is stored, the rest is read again by whoever comes next. */
    void stop(@Observes ShutdownEvent event) throws InterruptedException {
        stopping.countDown();
        if (reader != null) {
            reader.wakeUp();
        }
        thread.join(STOPS_WITHIN.toMillis());
        if (thread.isAlive()) {
            LOG.warnf("The audit trail did not stop within %d s", STOPS_WITHIN.toSeconds());
        }
    }

    /** A failure that nobody thought of ends the process: better started again by the platform than silent. */
    private void run() {
        try {
            var backoff = new Backoff();
            while (!isStopping()) {
                read();
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

    /** Returns where Kafka cannot be used as it is, and when it is time to stop. */
    private void read() {
        try (var opened = new Reader(consumers.open(), consumers.topicIds(), archive, condition, meters)) {
            reader = opened;
            opened.read(consumers.topics(), this::isStopping);
        } catch (WakeupException timeToStop) {
            LOG.debug("The audit trail was woken up to stop");
        } catch (KafkaException e) {
            condition.bad(Pulse.KAFKA, e.getMessage());
        }
    }

    private boolean isStopping() {
        return stopping.getCount() == 0;
    }
}

package millrace.audit.evidence;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import millrace.audit.ReadinessAlarms;
import millrace.audit.evidence.VerificationResult.Status;
import millrace.audit.seal.FieldEncryption;
import millrace.audit.table.DatabaseTransactions;
import org.apache.kafka.common.KafkaException;
import org.jboss.logging.Logger;

/**
 * Verifies the archive at the start and once a day. What is wrong is an alarm in health. The gauge
 * {@code audit.verdict} is 0 if all is well, 1 with gaps, 2 if the archive is broken, 3 if a day was too short.
 */
@ApplicationScoped
class DailyVerification {
    private static final Logger LOG = Logger.getLogger(DailyVerification.class);
    private static final Duration LONGEST = Duration.ofHours(20);

    private final Verify verify;
    private final ReadinessAlarms alarms;
    private final EvidenceHealth health;
    private final AuditConfig config;
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(work -> new Thread(work, "audit-verification"));

    DailyVerification(
            DatabaseTransactions transactions,
            FieldEncryption encryption,
            @Identifier("default-kafka-broker") Map<String, Object> broker,
            ArchiveSettings settings,
            AuditConfig config,
            ReadinessAlarms alarms,
            EvidenceHealth health) {
        this.verify = new Verify(transactions, encryption, broker, settings.identity());
        this.alarms = alarms;
        this.config = config;
        this.health = health;
    }

    void start(@Observes StartupEvent event) {
        var first = config.verifyFirstAfter().toMillis();
        thread.scheduleWithFixedDelay(this::run, first, config.verifyEvery().toMillis(), TimeUnit.MILLISECONDS);
    }

    void stop(@Observes ShutdownEvent event) {
        thread.shutdownNow();
    }

    private void run() {
        try {
            var verdict = verify.verify(VerifyQuery.all(Instant.now().plus(LONGEST)));
            health.verified(verdict);
            if (verdict.status() == Status.BROKEN) {
                alarms.alarm("verification", "the archive is not what was signed: GET /audit/verify says more");
            }
        } catch (SQLException | KafkaException e) {
            LOG.warnf("The archive was not verified: %s", e.getMessage());
        }
    }
}

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
import org.jboss.logging.Logger;

/**
 * Verifies the archive at the start and once a day. What is wrong is an alarm in health, and so is a verification that fails
 * twice, whatever in the database makes it fail: the last verdict would otherwise stand for ever. The gauge
 * {@code audit.verdict} is 0 if all is well, 1 with gaps, 2 if the archive is broken, 3 if a day was too short or it
 * has failed twice.
 */
@ApplicationScoped
class DailyVerification {
    private static final Logger LOG = Logger.getLogger(DailyVerification.class);
    private static final Duration LONGEST = Duration.ofHours(20);
    private static final String ALARM = "verification";
    private static final String FAILURE = "verification that does not end";

    private final Verify verify;
    private final ReadinessAlarms alarms;
    private final EvidenceHealth health;
    private final AuditConfig config;
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(work -> new Thread(work, "audit-verification"));
    /** Failures since the last verification that ended. For the thread. */
    private int failures;

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
        runAfter(config.verifyFirstAfter());
    }

    void stop(@Observes ShutdownEvent event) {
        thread.shutdownNow();
    }

    private void runAfter(Duration pause) {
        if (!thread.isShutdown()) {
            thread.schedule(this::run, pause.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void run() {
        var isDone = false;
        try {
            verify();
            isDone = true;
            alarms.end(FAILURE);
        } catch (SQLException | RuntimeException e) {
            if (thread.isShutdown()) {
                return;
            }
            failures++;
            LOG.warnf(e, "The archive was not verified");
            if (failures > 1) {
                health.failed();
                alarms.alarm(FAILURE, "it has failed twice: " + e);
            }
        } finally {
            failures = isDone ? 0 : failures;
            runAfter(isDone ? config.verifyEvery() : config.verifyFirstAfter());
        }
    }

    private void verify() throws SQLException {
        var verdict = verify.verify(VerifyQuery.all(Instant.now().plus(LONGEST)));
        health.verified(verdict);
        if (verdict.status() == Status.BROKEN) {
            alarms.alarm(ALARM, "the archive is not what was signed: GET /audit/verify says more");
        }
    }
}

package millrace.audit;

import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.function.Function;
import javax.sql.DataSource;
import millrace.audit.seal.FieldEncryption;
import millrace.audit.table.DatabaseTransactions;
import millrace.audit.table.MonthPartitions;

/** Makes audit trails with a lock and evidence of their own, as another process has them. */
@ApplicationScoped
public class AuditProcess {
    private final DataSource database;
    private final DatabaseTransactions transactions;
    private final AuditedChannels channels;
    private final MonthPartitions months;
    private final FieldEncryption encryption;
    private final Map<String, Object> broker;
    private final ArchiveMetrics metrics;
    private final AuditTrail running;

    AuditProcess(
            DataSource database,
            DatabaseTransactions transactions,
            AuditedChannels channels,
            MonthPartitions months,
            FieldEncryption encryption,
            @Identifier("default-kafka-broker") Map<String, Object> broker,
            ArchiveMetrics metrics,
            AuditTrail running) {
        this.database = database;
        this.transactions = transactions;
        this.channels = channels;
        this.months = months;
        this.encryption = encryption;
        this.broker = broker;
        this.metrics = metrics;
        this.running = running;
    }

    /** An audit trail, and its health. */
    public static final class Process {
        private final AuditTrail trail;
        private final Archive archive;
        private final ReadinessAlarms alarms;

        private Process(AuditTrail trail, Archive archive, ReadinessAlarms alarms) {
            this.trail = trail;
            this.archive = archive;
            this.alarms = alarms;
        }

        /** Ends it as a kill does: without a last signature. */
        public void kill() throws InterruptedException {
            archive.deactivate();
            trail.stop(null);
        }

        public void stop() throws InterruptedException {
            trail.stop(null);
        }

        public String health() {
            return alarms.call().getData().map(Object::toString).orElse("");
        }
    }

    /** Stops the audit trail of the service, which signs what it has archived. */
    public void stopRunning() throws InterruptedException {
        running.stop(null);
    }

    /** @param evidence makes the evidence of the process, with its alarms */
    public Process start(Function<ReadinessAlarms, Evidence> evidence) {
        return start(transactions, evidence);
    }

    public Process start(DatabaseTransactions own, Function<ReadinessAlarms, Evidence> evidence) {
        var alarms = new ReadinessAlarms();
        var archive = new Archive(
                own, channels, new ArchiveLock(database), evidence.apply(alarms), months, encryption, alarms);
        var trail = new AuditTrail(broker, channels, archive, alarms, metrics);
        trail.start(null);
        return new Process(trail, archive, alarms);
    }
}

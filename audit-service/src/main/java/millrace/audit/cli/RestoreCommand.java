package millrace.audit.cli;

import jakarta.ws.rs.ServiceUnavailableException;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Callable;
import millrace.audit.AuditEvents;
import millrace.audit.restore.ArchiveSource;
import millrace.audit.restore.CannotRestore;
import millrace.audit.restore.ReplayId;
import millrace.audit.restore.RestoreJob;
import millrace.audit.restore.RestoreTarget;
import millrace.audit.seal.FieldEncryption;
import millrace.events.AuditEvent.RecordsRead;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code bin/audit restore}. */
@Command(
        name = "restore",
        description = {
            "Publishes the archived records of a channel on a new channel, in their order, with key, partition, value,"
                    + " headers and timestamp as they were, and headers replay-id and replay-origin"
                    + " (channel/partition/life/offset). Erased data comes back as null, and the header redacted has"
                    + " the number of such parts of a record.",
            "Ended at any time, also with kill -9, the same command continues: no record is missing then, and none is"
                    + " there twice."
        })
final class RestoreCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--channel", required = true, paramLabel = "CHANNEL", description = "Channel of the records.")
    private String channel;

    @Option(
            names = "--into",
            required = true,
            paramLabel = "CHANNEL",
            description = "A channel that was created for this.")
    private String into;

    @Option(
            names = "--from",
            paramLabel = "TIME",
            converter = ToInstant.class,
            description = "Records from this time on, such as 2024-05-01T12:00:00Z. Default: all.")
    private Instant from;

    @Option(
            names = "--to",
            paramLabel = "TIME",
            converter = ToInstant.class,
            description = "Records before this time. Default: all that are archived now.")
    private Instant to;

    @Option(names = "--rate", paramLabel = "N", description = "Records a second at most. Default: no limit.")
    private int rate;

    @Option(names = "--dry-run", description = "Prints what would be restored, and publishes nothing.")
    private boolean dryRun;

    @Override
    public Integer call() {
        checkArguments();
        var platform = AuditPlatform.of(System.getenv());
        try (var connection = platform.database().getConnection()) {
            var first = Optional.ofNullable(from);
            var end = Optional.ofNullable(to);
            var source = new ArchiveSource(connection, channel, first, end, new FieldEncryption(platform.masterKey()));
            var target = new RestoreTarget(platform.kafka(), platform.prefix(), into);
            var id = ReplayId.of(channel, first, end, into);
            var job = RestoreJob.of(source, target, id);
            var report = new RestoreReport(spec.commandLine().getOut(), channel, into);
            report.plan(job, id);
            if (job.parts().isEmpty()) {
                throw new CommandFailed("The archive has no record of " + channel + " in that time.");
            }
            if (dryRun) {
                return 0;
            }
            putOnRecord(platform, id, job.progress().total());
            return run(job, report);
        } catch (CannotRestore e) {
            throw new CommandFailed(e.getMessage(), e);
        } catch (SQLException e) {
            throw new CommandFailed("The database does not answer: " + e.getMessage(), e);
        }
    }

    private void checkArguments() {
        if (rate < 0) {
            throw new ParameterException(
                    spec.commandLine(), "--rate must be a number of records a second, not " + rate);
        }
        if (from != null && to != null && !from.isBefore(to)) {
            throw new ParameterException(
                    spec.commandLine(), "--from must be before --to, but " + from + " is not before " + to);
        }
    }

    /** Publishes the restore as a read on {@code audit-events}, because it decrypts personal data. */
    private void putOnRecord(AuditPlatform platform, String id, long records) {
        var parameters = new TreeMap<>(Map.of("replay-id", id, "into", into));
        Optional.ofNullable(from).ifPresent(time -> parameters.put("from", time.toString()));
        Optional.ofNullable(to).ifPresent(time -> parameters.put("to", time.toString()));
        try (var events = new AuditEvents(platform.kafka(), platform.prefix())) {
            events.publish(new RecordsRead(
                    UUID.randomUUID().toString(),
                    "channels/" + channel,
                    "bin/audit, " + System.getProperty("user.name"),
                    "restore",
                    parameters,
                    records,
                    true,
                    Instant.now().truncatedTo(ChronoUnit.MILLIS)));
        } catch (ServiceUnavailableException e) {
            throw new CommandFailed(e.getMessage(), e);
        }
    }

    private int run(RestoreJob job, RestoreReport report) throws SQLException {
        try (var interruption = new Interruption()) {
            var shown = new ProgressLine(spec.commandLine().getErr());
            var end = job.run(rate, progress -> shown.show(() -> ProgressLine.text(progress)), interruption::isAsked);
            shown.end();
            report.end(end);
            return end.isComplete() ? 0 : 1;
        }
    }

    /** Parses ISO 8601. */
    static final class ToInstant implements ITypeConverter<Instant> {
        @Override
        public Instant convert(String text) {
            try {
                return Instant.parse(text);
            } catch (DateTimeException e) {
                throw new TypeConversionException("'" + text + "' is no time such as 2024-05-01T12:00:00Z");
            }
        }
    }
}

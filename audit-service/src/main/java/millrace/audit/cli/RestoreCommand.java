package millrace.audit.cli;

import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import millrace.audit.AuditEvents;
import millrace.audit.restore.ArchiveSource;
import millrace.audit.restore.RestoreJob;
import millrace.audit.restore.RestorePartition;
import millrace.audit.restore.RestoreTarget;
import millrace.audit.seal.FieldEncryption;
import millrace.events.AuditEvent.RecordsRead;
import millrace.events.Sha256;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

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
final class RestoreCommand extends PlatformCommand {
    private static final int ID_LENGTH = 16;

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
            description = "Records from this time on, such as 2024-05-01T12:00:00Z. Default: all.")
    private Instant from;

    @Option(
            names = "--to",
            paramLabel = "TIME",
            description = "Records before this time. Default: all that are archived now.")
    private Instant to;

    @Option(names = "--rate", paramLabel = "N", description = "Records a second at most. Default: no limit.")
    private int rate;

    @Option(names = "--dry-run", description = "Prints what would be restored, and publishes nothing.")
    private boolean dryRun;

    @Override
    public Integer call() throws SQLException {
        checkArguments();
        var platform = platform();
        try (var connection = platform.database().getConnection()) {
            var first = Optional.ofNullable(from);
            var end = Optional.ofNullable(to);
            var source = new ArchiveSource(connection, channel, first, end, new FieldEncryption(platform.masterKey()));
            var target = new RestoreTarget(platform.kafka(), platform.prefix(), into);
            var id = replayId();
            var job = RestoreJob.of(source, target, id);
            printPlan(job, id);
            if (job.parts().isEmpty()) {
                throw new CommandFailed("The archive has no record of " + channel + " in that time.");
            }
            if (dryRun) {
                return 0;
            }
            putOnRecord(platform, id, job.progress().total());
            return run(job);
        }
    }

    /** The same command continues the same replay. */
    private String replayId() {
        var text = String.join(
                "\n",
                channel,
                Optional.ofNullable(from).toString(),
                Optional.ofNullable(to).toString(),
                into);
        return Sha256.hex(text).substring(0, ID_LENGTH);
    }

    private void checkArguments() {
        if (rate < 0) {
            throw invalid("--rate must be a number of records a second, not " + rate);
        }
        if (from != null && to != null && !from.isBefore(to)) {
            throw invalid("--from must be before --to, but " + from + " is not before " + to);
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
        }
    }

    private int run(RestoreJob job) throws SQLException {
        try (var interruption = new Interruption()) {
            var shown = new ProgressLine(err());
            var end = job.run(rate, progress -> shown.show(() -> ProgressLine.text(progress)), interruption::isAsked);
            shown.end();
            var what = end.isComplete() ? "Restored" : "Stopped: the same command continues. Restored so far";
            var now = end.done() - end.before();
            out().printf(
                            "%s: %,d records, %,d of them now, in %d s%n",
                            what, end.done(), now, end.elapsed().toSeconds());
            out().flush();
            return end.isComplete() ? 0 : 1;
        }
    }

    /** Prints what is to be restored, before it begins. */
    private void printPlan(RestoreJob job, String id) {
        for (var part : job.parts()) {
            out().printf("%s, partition %d: %,d records%n", channel, part.partition(), part.records());
        }
        var progress = job.progress();
        var plan = "%,d records into %s as replay %s, %,d of them there already%n";
        out().printf(plan, progress.total(), into, id, progress.done());
        job.parts().stream()
                .map(RestorePartition::oldest)
                .min(Comparator.naturalOrder())
                .ifPresent(oldest -> out().printf(
                                "The oldest is of %s: %s has to keep records from there on, since Kafka counts retention by"
                                        + " their time.%n",
                                oldest, into));
        out().flush();
    }
}

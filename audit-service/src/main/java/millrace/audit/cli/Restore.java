package millrace.audit.cli;

import java.io.PrintWriter;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import millrace.audit.restore.ArchiveSource;
import millrace.audit.restore.CannotRestore;
import millrace.audit.restore.Opening;
import millrace.audit.restore.Part;
import millrace.audit.restore.Progress;
import millrace.audit.restore.ReplayId;
import millrace.audit.restore.Restoration;
import millrace.audit.restore.Target;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Publishes archived records of a channel on a new channel. */
@Command(
        name = "restore",
        description = {
            "Publishes the archived records of a channel on a new channel, in their order, with key, partition, value,"
                    + " headers and timestamp as they were, and headers replay-id and replay-origin"
                    + " (channel/partition/life/offset). What was erased comes back as null, and a header redacted says how"
                    + " many parts of a record that are.",
            "Ended at any time, also with kill -9, the same command goes on where it was: no record is missing then, and"
                    + " none is there twice."
        })
final class Restore implements Callable<Integer> {
    private static final Duration STOPS_WITHIN = Duration.ofSeconds(70);

    private final AtomicBoolean stop = new AtomicBoolean();

    @Spec
    private CommandSpec spec;

    @Option(names = "--channel", required = true, paramLabel = "CHANNEL", description = "Whose records.")
    private String channel;

    @Option(names = "--into", required = true, paramLabel = "CHANNEL", description = "A channel that was made for this.")
    private String into;

    @Option(
            names = "--from",
            paramLabel = "TIME",
            converter = ToInstant.class,
            description = "Records from this time on, such as 2024-05-01T12:00:00Z; all unless told.")
    private Instant from;

    @Option(
            names = "--to",
            paramLabel = "TIME",
            converter = ToInstant.class,
            description = "Records before this time; all that are archived now unless told.")
    private Instant to;

    @Option(names = "--rate", paramLabel = "N", description = "Records a second at most; as fast as it goes unless told.")
    private int rate;

    @Option(names = "--dry-run", description = "Says what there is to restore, and publishes nothing.")
    private boolean dryRun;

    @Override
    public Integer call() {
        checkArguments();
        var platform = Platform.of(System.getenv());
        try (var connection = platform.database().getConnection()) {
            var first = Optional.ofNullable(from);
            var end = Optional.ofNullable(to);
            var source = new ArchiveSource(connection, channel, first, end, Opening.NONE);
            var target = new Target(platform.kafka(), platform.prefix(), into);
            var id = ReplayId.of(channel, first, end, into);
            var restoration = Restoration.of(source, target, id);
            tellPlan(restoration, id);
            return dryRun ? 0 : run(restoration);
        } catch (CannotRestore e) {
            throw new CannotDo(e.getMessage(), e);
        } catch (SQLException e) {
            throw new CannotDo("The database does not answer: " + e.getMessage(), e);
        }
    }

    private void checkArguments() {
        if (rate < 0) {
            throw new ParameterException(spec.commandLine(), "--rate must be a number of records a second, not " + rate);
        }
        if (from != null && to != null && !from.isBefore(to)) {
            throw new ParameterException(spec.commandLine(), "--from must be before --to, but " + from + " is not before " + to);
        }
    }

    private void tellPlan(Restoration restoration, String id) {
        var out = out();
        restoration
                .parts()
                .forEach(part -> out.printf(
                        "%s, partition %d: %,d records%n", channel, part.partition(), part.records()));
        var progress = restoration.progress();
        out.printf(
                "%,d records into %s as replay %s, %,d of them there already%n",
                progress.total(), into, id, progress.done());
        restoration.parts().stream()
                .map(Part::oldest)
                .min(Comparator.naturalOrder())
                .ifPresent(oldest -> out.printf(
                        "The oldest is of %s: Kafka counts a channel's retention from there, so that of %s has to reach back"
                                + " so far.%n",
                        oldest, into));
        out.flush();
    }

    private int run(Restoration restoration) throws SQLException {
        var ended = new CountDownLatch(1);
        var hook = new Thread(() -> stop(ended), "restore-stop");
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            var shown = new ProgressLine(spec.commandLine().getErr());
            var end = restoration.run(rate, shown::show, stop::get);
            shown.end();
            tellEnd(end);
            return end.isComplete() ? 0 : 1;
        } finally {
            ended.countDown();
            removeHook(hook);
        }
    }

    private void tellEnd(Progress end) {
        var what = end.isComplete() ? "Restored" : "Stopped: the same command goes on. Restored so far";
        out().printf("%s: %,d records, %,d of them now, in %d s%n", what, end.done(), end.done() - end.before(), end.elapsed().toSeconds());
        out().flush();
    }

    /** What was sent is confirmed first; longer than Kafka may be away nobody waits. */
    private void stop(CountDownLatch ended) {
        stop.set(true);
        try {
            ended.await(STOPS_WITHIN.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void removeHook(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException isStopping) {
            // It is this hook that is waiting for us.
            hook.setName("restore-stopped");
        }
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }

    /** As ISO 8601 writes it. */
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

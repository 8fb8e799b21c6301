package millrace.replay;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import millrace.generation.GenerationComparison;
import millrace.generation.RebuildException;
import org.apache.kafka.common.TopicPartition;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Builds a generation beside the live one. */
@Command(
        name = "run",
        header = "Builds a generation beside the live one.",
        description = {
            "Starts the consumer's own service as a process of a generation that is not live: it reads its channels from the"
                    + " beginning, into a group, schema and channels of its own, and publishes nothing that others read. When it"
                    + " has caught up it is compared with the live one, and follows the channels until Ctrl-C. While it runs, a"
                    + " switch to it is refused.",
            "After Ctrl-C or a crash, run again: it continues where it stopped.",
            "It yields to live traffic on its machine, where it runs at a low priority; --rate spares the broker and the"
                    + " database, too.",
            "Exits with 0 when it was stopped, with 1 after an error."
        })
final class RunCommand extends ConsumerCommand {
    @Option(
            names = "--from",
            paramLabel = "TIME",
            description =
                    "Begins with the first records of that time (for example 2024-05-01T00:00:00Z), not with the beginning."
                            + " The result is partial: it can be inspected, and never become live.")
    private Instant from;

    // fork: audit
    @Option(
            names = "--archive",
            description =
                    "Reads records that retention has removed from the broker from the audit archive first, so that the"
                            + " result is that of all records ever written.")
    private boolean archive;
    // fork: end

    @Option(names = "--rate", paramLabel = "N", description = "Reads at most that many records a second.")
    private Integer rate;

    @Option(
            names = "--generation",
            paramLabel = "N",
            description = "Which generation to build. Default: the one after the live one.")
    private Integer generation;

    @Option(names = "--until-caught-up", description = "Ends when it has caught up. A switch reads later records.")
    private boolean untilCaughtUp;

    @Override
    int execute(ReplayContext context) {
        var current = context.liveGeneration();
        int shadow = TargetGeneration.shadow(context, current, Optional.ofNullable(generation));
        if (rate != null && rate < 1) {
            throw new RebuildException("--rate is %d; expected a number of records a second from 1.".formatted(rate));
        }
        TargetGeneration.requireNoDrop(context, shadow);
        return TargetGeneration.lock(context, shadow).holdWhile(() -> build(context, current.live(), shadow));
    }

    private int build(ReplayContext context, int live, int shadow) {
        TargetGeneration.requireResources(context, shadow);
        // fork: audit
        if (!runBackfill(context, live, shadow)) {
            context.print("Stopped before it had read what only the archive has: run again and it goes on.");
            return 0;
        }
        // fork: end
        var begin = begin(context, shadow);
        context.consumer().createResources(shadow);
        context.print(
                "Building generation %d of %s beside %d; the log is in %s.",
                shadow, context.name(), live, context.platform().home().resolve("logs"));
        return build(context, live, shadow, begin);
    }

    private int build(ReplayContext context, int live, int shadow, Map<TopicPartition, Long> begin) {
        var partial = from != null || context.isPartial(shadow);
        var receipt =
                new OperationReceipt(context, OperationReceipt.newId(), "run", shadow, Instant.now(), begin, partial);
        receipt.update("It runs, or was killed.", Optional.empty());
        var compared = new GenerationComparison[1];
        var end = new Rebuild(context, live, shadow, Optional.ofNullable(rate), shutdown(), false).follow(begin, () -> {
            context.print("Caught up.");
            compared[0] = context.port().compare(live, shadow);
            ComparisonReport.print(context, compared[0], 10);
            receipt.update(
                    "Caught up, and goes on following. " + ComparisonReport.sentence(compared[0]),
                    Optional.of(compared[0]));
            return untilCaughtUp;
        });
        var outcome = switch (end) {
            case CAUGHT_UP -> "Caught up.";
            case STOPPED ->
                compared[0] == null ? "Stopped before it had caught up." : "Caught up, followed, and stopped.";
            case REPLACED -> "Ended because a switch was under way.";
        };
        receipt.end(
                compared[0] == null ? outcome : outcome + " " + ComparisonReport.sentence(compared[0]),
                Optional.ofNullable(compared[0]));
        context.print(outcome);
        return 0;
    }

    // fork: audit
    /**
     * Runs the backfill from the archive if {@code --archive} was given, or was begun before.
     *
     * @return false if it was stopped
     */
    private boolean runBackfill(ReplayContext context, int live, int shadow) {
        if (from != null && archive) {
            throw new RebuildException(
                    "--from begins with a time and --archive with the first record: expected one of them.");
        }
        var backfill = new ArchiveBackfill(context, live, shadow);
        if (!archive && !backfill.hasChannels()) {
            return true;
        }
        context.consumer().createResources(shadow);
        return backfill.run(Optional.ofNullable(rate), shutdown());
    }
    // fork: end

    /**
     * Returns the offsets at which the group begins or continues. A new group is set to the time of {@code --from} if
     * that was given.
     */
    private Map<TopicPartition, Long> begin(ReplayContext context, int shadow) {
        if (from == null) {
            return context.positions(shadow);
        }
        var group = context.consumer().group(shadow);
        if (!context.offsets().committed(group).isEmpty()) {
            throw new RebuildException(
                    "Generation %1$d of %2$s has been begun already: without --from it goes on, after bin/replay drop %2$s --generation %1$d it begins anew."
                            .formatted(shadow, context.name()));
        }
        var begin = context.offsets().at(context.consumer().channels(), from);
        context.offsets().reset(group, begin);
        return begin;
    }
}

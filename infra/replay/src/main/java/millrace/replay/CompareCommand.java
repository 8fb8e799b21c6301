package millrace.replay;

import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Compares a generation with the live one. */
@Command(
        name = "compare",
        header = "Compares a generation with the live one.",
        description = {
            "Compares a generation with the live one, key by key and in one snapshot: all of their state without"
                    + " the clock times of processes. Keys that differ are checked again up to thirty times, because one generation may"
                    + " be a moment ahead. Prints how many are equal, what differs, and a SHA-256 of each.",
            "If no process of the generation runs, one is started until it has caught up.",
            "Exits with 0 if both are equal, with 1 if not."
        })
final class CompareCommand extends ConsumerCommand {
    private static final int MOST_SHOWN = 20;

    @Option(names = "--generation", paramLabel = "N", description = "Default: the one after the live one.")
    private Integer generation;

    @Option(
            names = "--all",
            description = "Shows every difference (of more than 10,000 the first), not the first twenty.")
    private boolean all;

    @Option(
            names = "--json",
            description = "Prints the comparison as JSON, with both values of each difference, in the last line.")
    private boolean json;

    @Override
    int execute(ReplayContext context) {
        var current = context.liveGeneration();
        int shadow = TargetGeneration.existing(
                context, TargetGeneration.shadow(context, current, Optional.ofNullable(generation)));
        var behind = context.offsets()
                .lag(context.consumer().group(shadow), context.consumer().channels());
        var isEqual = TargetGeneration.tryLock(context, shadow)
                .map(alone -> alone.holdWhile(() -> compare(context, current.live(), shadow, behind)))
                .orElseGet(() -> compareRunning(context, current.live(), shadow, behind));
        return isEqual ? 0 : 1;
    }

    /** No command runs the shadow; a process that was started by other means may be in its group. */
    private boolean compare(ReplayContext context, int live, int shadow, long behind) {
        var group = context.consumer().group(shadow);
        if (!context.offsets().isEmpty(group)) {
            context.print("A process is in the group %s, or was: it is awaited for a minute at most.", group);
        }
        if (!context.offsets().becomesEmpty(group)) {
            return compareRunning(context, live, shadow, behind);
        }
        context.print(
                "Generation %d beside %d, which is live. It does not run, and reads %,d records first:",
                shadow, live, behind);
        return readOn(context, live, shadow);
    }

    private boolean compareRunning(ReplayContext context, int live, int shadow, long behind) {
        context.print("Generation %d beside %d, which is live; %,d records are yet to be read:", shadow, live, behind);
        return compare(context, live, shadow);
    }

    /**
     * Reads until both generations are at the end of their channels and at work: otherwise records that are merely
     * late, and results of idle timeouts, would count as differences.
     */
    private boolean readOn(ReplayContext context, int live, int shadow) {
        var isEqual = new boolean[1];
        var rebuild = new Rebuild(context, live, shadow, Optional.empty(), shutdown(), false);
        rebuild.follow(context.positions(shadow), () -> {
            isEqual[0] = compare(context, live, shadow);
            return true;
        });
        return isEqual[0];
    }

    private boolean compare(ReplayContext context, int live, int shadow) {
        var comparison = context.port().compare(live, shadow);
        var most = all ? Integer.MAX_VALUE : MOST_SHOWN;
        if (json) {
            context.print("%s", ComparisonReport.json(comparison, most));
        } else {
            ComparisonReport.print(context, comparison, most);
        }
        return comparison.isEqual();
    }
}

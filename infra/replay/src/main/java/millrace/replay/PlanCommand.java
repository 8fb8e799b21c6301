package millrace.replay;

import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows what a run would read and need; changes nothing. */
@Command(
        name = "plan",
        header = "Shows what a run would read and need.",
        description = {
            "Shows what a run would read and need, and changes nothing: channels with their offsets, records and span of time;"
                    + " what retention has removed already, and whether the audit archive has it; time and disk, by the last run"
                    + " and by the live generation; resources that the platform lacks, with the commands that create them."
        })
final class PlanCommand extends ConsumerCommand {
    @Option(names = "--generation", paramLabel = "N", description = "Default: the one after the live one.")
    private Integer generation;

    @Override
    int execute(ReplayContext context) {
        var current = context.liveGeneration();
        int shadow = TargetGeneration.shadow(context, current, Optional.ofNullable(generation));
        context.print("Generation %d of %s beside %d, which is live:", shadow, context.name(), current.live());
        var records = new ReadPlan(context).print(shadow);
        context.print(
                "  disk   about %,d MiB, as the live generation has",
                (context.consumer().bytes(current.live()) >> 20) + 1);
        context.print("  time   %s", time(context, records));
        context.consumer()
                .missingResources(shadow)
                .forEach(missing -> context.print("  lacks  %s: %s", missing.what(), missing.command()));
        if (context.consumer().exists(shadow)) {
            context.print("It has been begun already; run goes on with it, drop makes room for another.");
        }
        return 0;
    }

    private static String time(ReplayContext context, long records) {
        return context.generationLog().receipts().stream()
                .filter(receipt -> receipt.consumer().equals(context.name())
                        && receipt.action().equals("run")
                        && receipt.end() != null
                        && receipt.records() > 0)
                .reduce((earlier, later) -> later)
                .map(receipt -> {
                    var seconds = Math.max(
                            1, receipt.end().getEpochSecond() - receipt.begin().getEpochSecond());
                    var rate = (double) receipt.records() / seconds;
                    return String.format(
                            Locale.ROOT,
                            "%s or less, at the %,.0f records/s of the last run",
                            RebuildProgress.text(records / rate),
                            rate);
                })
                .orElse("not known before the first run, which reports it while it runs");
    }
}

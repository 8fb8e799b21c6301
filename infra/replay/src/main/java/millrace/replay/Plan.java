package millrace.replay;

import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What a run would read, and what it would take. Changes nothing. */
@Command(
        name = "plan",
        header = "Shows what a run would read and need.",
        description = {
            "Shows what a run would read and need, and changes nothing: channels with their offsets, records and span of time;"
                    + " what retention has removed already, and whether the audit archive has it; time and disk, by the last run"
                    + " and by the live generation; what the platform lacks, with the commands that make it."
        })
final class Plan extends Subject {
    @Option(names = "--generation", paramLabel = "N", description = "Default: the one after the live one.")
    private Integer generation;

    @Override
    int work(Desk desk) {
        var standing = desk.standing();
        int shadow = Targets.shadow(desk, standing, Optional.ofNullable(generation));
        desk.say("Generation %d of %s beside %d, which is live:", shadow, desk.name(), standing.live());
        var records = new PlannedReading(desk).print(shadow);
        desk.say(
                "  disk   about %,d MiB, as the live generation has",
                (desk.rebuilt().bytes(standing.live()) >> 20) + 1);
        desk.say("  time   %s", time(desk, records));
        desk.rebuilt().lacks(shadow).forEach(lack -> desk.say("  lacks  %s: %s", lack.what(), lack.command()));
        if (desk.rebuilt().exists(shadow)) {
            desk.say("It has been begun already; run goes on with it, drop makes room for another.");
        }
        return 0;
    }

    private static String time(Desk desk, long records) {
        return desk.book().receipts().stream()
                .filter(receipt -> receipt.consumer().equals(desk.name())
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
                            Progress.text(records / rate),
                            rate);
                })
                .orElse("not known before the first run; that tells while it runs");
    }
}

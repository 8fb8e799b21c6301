package millrace.replay;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Builds a generation beside the live one. */
@Command(
        name = "run",
        header = "Builds a generation beside the live one.",
        description = {
            "Starts the consumer's own service as a process of a generation that is not live: it reads its channels from the"
                    + " beginning, into a group, schema and channels of its own, and has no effect on anybody. When it has"
                    + " caught up it is compared with the live one, and goes on following until Ctrl-C or until a switch.",
            "After Ctrl-C, or a crash, run again: it goes on where it was.",
            "It gives way to live traffic: it runs at a low priority, and while the live one falls behind further and"
                    + " further it is held for every other second.",
            "Ends with 0 when it was stopped or switched to, with 1 where something is wrong."
        })
final class Run extends Subject {
    @Option(
            names = "--from",
            paramLabel = "TIME",
            description =
                    "Begins with what was written then (for example 2024-05-01T00:00:00Z), not with the beginning. The"
                            + " result is partial: it can be looked at, and never be switched to.")
    private Instant from;

    @Option(
            names = "--archive",
            description =
                    "Reads what retention has removed from the broker from the audit archive first, so that the result is"
                            + " that of all records there ever were.")
    private boolean archive;

    @Option(names = "--rate", paramLabel = "N", description = "Reads at most so many records a second.")
    private Integer rate;

    @Option(
            names = "--generation",
            paramLabel = "N",
            description = "Which generation to build. Default: the one after the live one.")
    private Integer generation;

    @Option(names = "--until-caught-up", description = "Ends when it has caught up. A switch reads what came later.")
    private boolean untilCaughtUp;

    @Override
    int work(Desk desk) {
        var standing = desk.standing();
        int shadow = Targets.shadow(desk, standing, Optional.ofNullable(generation));
        if (rate != null && rate < 1) {
            throw new CannotReplay("--rate is %d; expected a number of records a second from 1.".formatted(rate));
        }
        return Targets.alone(desk, shadow).during(() -> build(desk, standing.live(), shadow));
    }

    private int build(Desk desk, int live, int shadow) {
        Targets.requireNothingLacks(desk, shadow);
        if (!readsTheArchive(desk, live, shadow)) {
            desk.say("Stopped before it had read what only the archive has: run again and it goes on.");
            return 0;
        }
        var begin = begin(desk, shadow);
        desk.rebuilt().provide(shadow);
        desk.say(
                "Building generation %d of %s beside %d; the log is in %s.",
                shadow, desk.name(), live, desk.site().home().resolve("logs"));
        return build(desk, live, shadow, begin);
    }

    private int build(Desk desk, int live, int shadow, Map<TopicPartition, Long> begin) {
        var receipt = new RunReceipt(desk, shadow, begin, from != null || desk.isPartial(shadow));
        receipt.write("It runs, or was killed.", Optional.empty(), false);
        var compared = new Comparison[1];
        var end = new Rebuild(desk, live, shadow, Optional.ofNullable(rate), stop(), false).follow(begin, () -> {
            desk.say("Caught up.");
            compared[0] = desk.rebuilt().compare(live, shadow);
            Findings.print(desk, compared[0], 10);
            receipt.write("Caught up, and goes on following.", Optional.of(compared[0]), false);
            return untilCaughtUp;
        });
        var outcome = switch (end) {
            case CAUGHT_UP -> "Caught up.";
            case STOPPED ->
                compared[0] == null ? "Stopped before it had caught up." : "Caught up, followed, and stopped.";
            case REPLACED -> "Ended, for a switch was under way.";
        };
        receipt.write(outcome, Optional.ofNullable(compared[0]), true);
        desk.say(outcome);
        return 0;
    }

    /** Where that was asked for, or was begun. @return false where it was stopped */
    private boolean readsTheArchive(Desk desk, int live, int shadow) {
        if (from != null && archive) {
            throw new CannotReplay(
                    "--from begins with a time and --archive with the first record: expected one of them.");
        }
        var reading = new ArchiveReading(desk, live, shadow);
        if (!archive && !reading.isUnderWay()) {
            return true;
        }
        desk.rebuilt().provide(shadow);
        return reading.run(Optional.ofNullable(rate), stop());
    }

    /** Where the group begins, or goes on; where it is new and a time was given, it is sent there. */
    private Map<TopicPartition, Long> begin(Desk desk, int shadow) {
        var group = desk.rebuilt().group(shadow);
        if (from == null) {
            return desk.offsets().next(group, desk.rebuilt().channels());
        }
        if (!desk.offsets().committed(group).isEmpty()) {
            throw new CannotReplay(
                    "Generation %1$d of %2$s has been begun already: without --from it goes on, after bin/replay drop %2$s --generation %1$d it begins anew."
                            .formatted(shadow, desk.name()));
        }
        var begin = desk.offsets().at(desk.rebuilt().channels(), from);
        desk.offsets().move(group, begin);
        return begin;
    }
}

package millrace.replay;

import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Two generations beside each other. */
@Command(
        name = "compare",
        header = "Compares a generation with the live one.",
        description = {
            "Compares a generation with the live one, key by key and in one snapshot: everything that they came to, without"
                    + " the clocks of processes. Keys that one has a moment before the other are looked at again, up to ten"
                    + " times. Prints how many are equal, what differs, and a SHA-256 of each.",
            "Where no process of the generation runs, it is started until it has read what is there.",
            "Ends with 0 where both are equal, with 1 where they are not."
        })
final class Compare extends Subject {
    private static final int SHOWN = 20;

    @Option(names = "--generation", paramLabel = "N", description = "Default: the one after the live one.")
    private Integer generation;

    @Option(
            names = "--all",
            description = "Shows every difference (of more than 10,000 the first), not the first twenty.")
    private boolean all;

    @Override
    int work(Desk desk) {
        var standing = desk.standing();
        int shadow = Targets.existing(desk, Targets.shadow(desk, standing, Optional.ofNullable(generation)));
        var behind =
                desk.offsets().lag(desk.rebuilt().group(shadow), desk.rebuilt().channels());
        var isEqual = Targets.free(desk, shadow)
                .map(alone -> alone.during(() -> compare(desk, standing.live(), shadow, behind)))
                .orElseGet(() -> compareRunning(desk, standing.live(), shadow, behind));
        return isEqual ? 0 : 1;
    }

    /** Nobody on this machine runs it; elsewhere somebody may. */
    private boolean compare(Desk desk, int live, int shadow, long behind) {
        var group = desk.rebuilt().group(shadow);
        if (!desk.offsets().isEmpty(group)) {
            desk.say("A process is in the group %s, or was: it is awaited for a minute at most.", group);
        }
        if (!desk.offsets().empties(group)) {
            return compareRunning(desk, live, shadow, behind);
        }
        desk.say(
                "Generation %d beside %d, which is live. It does not run, and reads %,d records first:",
                shadow, live, behind);
        return readOn(desk, live, shadow);
    }

    private boolean compareRunning(Desk desk, int live, int shadow, long behind) {
        desk.say("Generation %d beside %d, which is live; %,d records are yet to be read:", shadow, live, behind);
        return compare(desk, live, shadow);
    }

    /** Both have to be where the channels end and at work: what is only late, or comes of silence, would seem to differ. */
    private boolean readOn(Desk desk, int live, int shadow) {
        var begin =
                desk.offsets().next(desk.rebuilt().group(shadow), desk.rebuilt().channels());
        var isEqual = new boolean[1];
        new Rebuild(desk, live, shadow, Optional.empty(), stop(), false).follow(begin, () -> {
            isEqual[0] = compare(desk, live, shadow);
            return true;
        });
        return isEqual[0];
    }

    private boolean compare(Desk desk, int live, int shadow) {
        var comparison = desk.rebuilt().compare(live, shadow);
        Findings.print(desk, comparison, all ? TableComparison.MOST_KEPT : SHOWN);
        return comparison.isEqual();
    }
}

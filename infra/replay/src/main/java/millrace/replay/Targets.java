package millrace.replay;

import static java.util.stream.Collectors.joining;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import millrace.events.Generation.LiveGeneration;
import millrace.replay.Rebuilt.Lack;

/** Which generation a command is about, and what has to be so before it begins. */
final class Targets {
    private Targets() {}

    /** One that is not live, with no hand-over under way: the one after the live one unless another is asked for. */
    static int shadow(Desk desk, LiveGeneration standing, Optional<Integer> asked) {
        requireNoHandOver(desk, standing);
        int shadow = asked.orElse(standing.live() + 1);
        if (shadow == standing.live() || shadow < 1) {
            throw new CannotReplay("Generation %d of %s cannot be built: live is %d, expected another number from 1."
                    .formatted(shadow, desk.name(), standing.live()));
        }
        return shadow;
    }

    static void requireNoHandOver(Desk desk, LiveGeneration standing) {
        if (standing.handingOverTo() != null) {
            throw new CannotReplay("A switch of %s from %d to %d is under way: bin/replay switch %s goes on with it."
                    .formatted(desk.name(), standing.live(), standing.handingOverTo(), desk.name()));
        }
    }

    /** One that there is. */
    static int existing(Desk desk, int generation) {
        if (!desk.rebuilt().exists(generation)) {
            throw new CannotReplay("There is no generation %d of %s: bin/replay run %s builds one."
                    .formatted(generation, desk.name(), desk.name()));
        }
        return generation;
    }

    /** The one to go back to. */
    static int before(Desk desk, int live) {
        return IntStream.iterate(live - 1, number -> number > 0, number -> number - 1)
                .filter(desk.rebuilt()::exists)
                .findFirst()
                .orElseThrow(() -> new CannotReplay(
                        "There is no generation of %s before %d to go back to.".formatted(desk.name(), live)));
    }

    /** While it is held nobody else on this machine builds that generation. */
    static Lock alone(Desk desk, int generation) {
        return free(desk, generation)
                .orElseThrow(() -> new CannotReplay(
                        "Another bin/replay on this machine is at work on generation %d of %s: end it, or wait for it."
                                .formatted(generation, desk.name())));
    }

    /** The same; empty where somebody does. */
    static Optional<Lock> free(Desk desk, int generation) {
        return Lock.take(desk.site(), desk.name() + "-" + generation);
    }

    static void requireNothingLacks(Desk desk, int generation) {
        var lacks = lacks(desk, generation);
        if (!lacks.isEmpty()) {
            throw new CannotReplay(lacks.stream()
                    .map(lack -> "  " + lack.what() + ":\n    " + lack.command())
                    .collect(joining("\n", "The platform lacks what the generation needs.\n", "")));
        }
    }

    /** Its group, where the platform gives groups by command, and what the consumer needs besides. */
    static List<Lack> lacks(Desk desk, int generation) {
        var group = desk.rebuilt().group(generation);
        var lacks = new ArrayList<>(desk.rebuilt().lacks(generation));
        if (!desk.offsets().mayUse(group)) {
            lacks.addFirst(new Lack("The consumer group " + group, "heroku kafka:consumer-groups:create " + group));
        }
        return lacks;
    }
}

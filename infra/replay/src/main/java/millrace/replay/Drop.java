package millrace.replay;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import millrace.events.Generation.ReplayReceipt;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Removes a generation. */
@Command(
        name = "drop",
        header = "Removes a generation that is not live.",
        description = {
            "Removes a generation that is not live: its group, its schema, its channels and their state. There is no way back"
                    + " to it, but a new run. What the platform lets nobody remove is printed as commands."
        })
final class Drop extends Subject {
    @Option(
            names = "--generation",
            paramLabel = "N",
            description = "Which one. Default: the only one there is beside the live one.")
    private Integer generation;

    @Override
    int work(Desk desk) {
        var standing = desk.standing();
        Targets.requireNoHandOver(desk, standing);
        int old = Optional.ofNullable(generation).orElseGet(() -> only(desk, standing.live()));
        if (old == standing.live()) {
            throw new CannotReplay("Generation %d of %s is live and stays.".formatted(old, desk.name()));
        }
        Targets.existing(desk, old);
        return Targets.alone(desk, old).during(() -> drop(desk, old));
    }

    private static int drop(Desk desk, int old) {
        var begin = Instant.now();
        ShadowProcess.endLeftBehind(desk.site(), desk.rebuilt(), old);
        desk.offsets().forget(desk.rebuilt().group(old));
        new Restored(desk.site(), desk.name(), old)
                .remove(desk.rebuilt().channels())
                .forEach(command -> desk.say("To be done by hand: %s", command));
        desk.rebuilt().drop(old).forEach(command -> desk.say("To be done by hand: %s", command));
        desk.keep(new ReplayReceipt(
                Desk.newId(),
                desk.name(),
                "drop",
                old,
                Site.who(),
                begin,
                Instant.now(),
                false,
                List.of(),
                0,
                null,
                null,
                "Removed."));
        desk.say("Generation %d of %s is gone.", old, desk.name());
        return 0;
    }

    private static int only(Desk desk, int live) {
        var others = IntStream.rangeClosed(1, live + 1)
                .filter(number -> number != live && desk.rebuilt().exists(number))
                .boxed()
                .toList();
        if (others.isEmpty()) {
            throw new CannotReplay(
                    "There is nothing beside the live generation %d of %s.".formatted(live, desk.name()));
        }
        if (others.size() > 1) {
            throw new CannotReplay("Beside the live generation %d of %s there are %s: say which with --generation."
                    .formatted(live, desk.name(), others));
        }
        return others.getFirst();
    }
}

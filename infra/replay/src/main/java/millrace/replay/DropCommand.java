package millrace.replay;

import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import millrace.events.Generation.ReplayReceipt;
import millrace.generation.RebuildException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Removes a generation. */
@Command(
        name = "drop",
        header = "Removes a generation that is not live.",
        description = {
            "Removes a generation that is not live: its group, its schema, its channels and their state. It cannot be"
                    + " restored except by a new run. Resources that only the operator may remove are printed as commands.",
            "It may be interrupted or killed at any moment: drop again goes on with it, and no other command does."
        })
final class DropCommand extends ConsumerCommand {
    @Option(
            names = "--generation",
            paramLabel = "N",
            description = "Which one. Default: the only one there is beside the live one.")
    private Integer generation;

    @Override
    int execute(ReplayContext context) {
        var current = context.liveGeneration();
        TargetGeneration.requireNoCutOver(context, current);
        int old = Optional.ofNullable(generation).orElseGet(() -> only(context, current.live()));
        if (old == current.live()) {
            throw new RebuildException("Generation %d of %s is live and stays.".formatted(old, context.name()));
        }
        var unfinished = context.unfinishedDrop(old);
        if (unfinished.isEmpty()) {
            TargetGeneration.existing(context, old);
        }
        return TargetGeneration.lock(context, old).holdWhile(() -> drop(context, old, unfinished));
    }

    private static int drop(ReplayContext context, int old, Optional<ReplayReceipt> unfinished) {
        var receipt = unfinished
                .map(begun -> new OperationReceipt(context, begun.id(), "drop", old, begun.begin(), Map.of(), false))
                .orElseGet(() -> OperationReceipt.of(context, "drop", old));
        receipt.update("It is being removed, or the command was killed.", Optional.empty());
        context.offsets().deleteGroup(context.consumer().group(old));
        new RestoredChannels(context, old)
                .remove(context.consumer().channels())
                .forEach(command -> context.print("To be done by hand: %s", command));
        context.consumer().drop(old).forEach(command -> context.print("To be done by hand: %s", command));
        receipt.end("Removed.", Optional.empty());
        context.print("Generation %d of %s is gone.", old, context.name());
        return 0;
    }

    private static int only(ReplayContext context, int live) {
        var others = IntStream.rangeClosed(1, live + 1)
                .filter(number -> number != live
                        && (context.consumer().exists(number)
                                || context.unfinishedDrop(number).isPresent()))
                .boxed()
                .toList();
        if (others.isEmpty()) {
            throw new RebuildException(
                    "There is nothing beside the live generation %d of %s.".formatted(live, context.name()));
        }
        if (others.size() > 1) {
            throw new RebuildException("Beside the live generation %d of %s there are %s: say which with --generation."
                    .formatted(live, context.name(), others));
        }
        return others.getFirst();
    }
}

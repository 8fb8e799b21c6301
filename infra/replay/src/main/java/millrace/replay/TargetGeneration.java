package millrace.replay;

import static java.util.stream.Collectors.joining;

import java.util.Optional;
import java.util.stream.IntStream;
import millrace.events.Generation.LiveGeneration;
import millrace.generation.RebuildException;

/** Determines the generation that a command acts on, and checks the preconditions. */
final class TargetGeneration {
    private TargetGeneration() {}

    /**
     * Returns the generation to build or compare: the requested one, else the one after the live one. Fails if it is
     * live or a cut-over is under way.
     */
    static int shadow(ReplayContext context, LiveGeneration current, Optional<Integer> asked) {
        requireNoCutOver(context, current);
        int shadow = asked.orElse(current.live() + 1);
        if (shadow == current.live() || shadow < 1) {
            throw new RebuildException(
                    "Generation %d of %s cannot be built: live is %d, expected another number from 1."
                            .formatted(shadow, context.name(), current.live()));
        }
        return shadow;
    }

    static void requireNoCutOver(ReplayContext context, LiveGeneration current) {
        if (current.successor() != null) {
            throw new RebuildException(
                    "A switch of %s from %d to %d is under way: bin/replay switch %s goes on with it."
                            .formatted(context.name(), current.live(), current.successor(), context.name()));
        }
    }

    /** Returns the generation; fails if it does not exist, or is partly removed. */
    static int existing(ReplayContext context, int generation) {
        requireNoDrop(context, generation);
        if (!context.consumer().exists(generation)) {
            throw new RebuildException("There is no generation %d of %s: bin/replay run %s builds one."
                    .formatted(generation, context.name(), context.name()));
        }
        return generation;
    }

    /** Fails if a drop of the generation was begun and has not ended: then only a drop may act on it. */
    static void requireNoDrop(ReplayContext context, int generation) {
        context.unfinishedDrop(generation).ifPresent(drop -> {
            throw new RebuildException(
                    "Generation %1$d of %2$s is being removed: bin/replay drop %2$s --generation %1$d goes on with it."
                            .formatted(generation, context.name()));
        });
    }

    /** Returns the latest generation before the live one that exists. */
    static int previous(ReplayContext context, int live) {
        return IntStream.iterate(live - 1, number -> number > 0, number -> number - 1)
                .filter(number -> context.consumer().exists(number)
                        && context.unfinishedDrop(number).isEmpty())
                .findFirst()
                .orElseThrow(() -> new RebuildException(
                        "There is no generation of %s before %d to go back to.".formatted(context.name(), live)));
    }

    /** Locks a generation against other commands; fails if it is locked. */
    static CommandLock lock(ReplayContext context, int generation) {
        return tryLock(context, generation)
                .orElseThrow(() -> new RebuildException(
                        "Another bin/replay is at work on generation %d of %s: end it, or wait for it."
                                .formatted(generation, context.name())));
    }

    /** Locks a generation against other commands; empty if it is locked. */
    static Optional<CommandLock> tryLock(ReplayContext context, int generation) {
        return CommandLock.tryAcquire(context.platform(), context.name() + "-" + generation);
    }

    static void requireResources(ReplayContext context, int generation) {
        var missingResources = context.consumer().missingResources(generation);
        if (!missingResources.isEmpty()) {
            throw new RebuildException(missingResources.stream()
                    .map(missing -> "  " + missing.what() + ":\n    " + missing.command())
                    .collect(joining("\n", "The platform lacks what the generation needs.\n", "")));
        }
    }
}

package millrace.replay;

import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import millrace.events.Generation.LiveGeneration;
import millrace.events.Generation.ReplayReceipt;
import millrace.generation.GenerationComparison;
import millrace.replay.Rebuild.End;

/**
 * Switches to another generation: waits until it has caught up, compares it with the live one, and hands over. A
 * generation that differs does not become live without {@code --anyway}.
 */
final class CutOver {
    private static final int MOST_SHOWN = 10;

    private final ReplayContext context;
    private final ShutdownSignal shutdown;
    private final String action;
    private final Instant begin = Instant.now();

    CutOver(ReplayContext context, ShutdownSignal shutdown, String action) {
        this.context = context;
        this.shutdown = shutdown;
        this.action = action;
    }

    void begin(int live, int successor, boolean anyway) {
        if (context.isPartial(successor)) {
            throw new ReplayException(
                    "Generation %d of %s is partial, it did not begin with its channels: drop it, and run without --from."
                            .formatted(successor, context.name()));
        }
        if (new ArchiveBackfill(context, live, successor).isUnderWay()) {
            throw new ReplayException(
                    "Generation %d of %s has not read to its end what only the archive has: bin/replay run %s goes on with it."
                            .formatted(successor, context.name(), context.name()));
        }
        exclusively(() -> {
            context.consumer().createResources(successor);
            var id = ReplayContext.newId();
            try (var handOver = new HandOver(context, shutdown, id, live, successor)) {
                var comparison = caughtUp(live, successor, anyway, id, handOver);
                end(handOver, successor, id, Optional.of(comparison));
            }
        });
    }

    /** Resumes an interrupted switch. */
    void resume(LiveGeneration current) {
        exclusively(() -> {
            try (var handOver = handOver(current)) {
                handOver.resume();
                end(handOver, current.handingOverTo(), current.receipt(), Optional.empty());
            }
        });
    }

    void abort(LiveGeneration current) {
        if (current.handingOverTo() == null) {
            throw new ReplayException("No switch of %s is under way.".formatted(context.name()));
        }
        exclusively(() -> {
            try (var handOver = handOver(current)) {
                handOver.abort();
            }
            receipt(current.receipt(), current.handingOverTo(), Optional.empty(), "Aborted.");
        });
    }

    private HandOver handOver(LiveGeneration current) {
        return new HandOver(context, shutdown, current.receipt(), current.live(), current.handingOverTo());
    }

    /** Runs a shadow until it has caught up, and further until the live generation has ended. */
    private GenerationComparison caughtUp(int live, int successor, boolean anyway, String id, HandOver handOver) {
        var from = context.offsets()
                .positions(
                        context.consumer().group(successor), context.consumer().channels());
        context.print("Generation %d of %s catches up.", successor, context.name());
        var compared = new AtomicReference<GenerationComparison>();
        var end = new Rebuild(context, live, successor, Optional.empty(), shutdown, true).follow(from, () -> {
            compared.set(compare(live, successor, anyway));
            receipt(id, successor, Optional.of(compared.get()), "It goes on, or was killed.");
            handOver.begin();
            return true;
        });
        if (end != End.CAUGHT_UP) {
            throw new ReplayException("Generation %d of %s stays live: the other was stopped before it had caught up."
                    .formatted(live, context.name()));
        }
        return compared.get();
    }

    private GenerationComparison compare(int live, int successor, boolean anyway) {
        var comparison = context.consumer().compare(live, successor);
        ComparisonReport.print(context, comparison, MOST_SHOWN);
        if (!comparison.isEqual() && !anyway) {
            throw new ReplayException(
                    "Generation %d stays live: the other is not equal. bin/replay compare %s shows the differences, --anyway switches all the same."
                            .formatted(live, context.name()));
        }
        return comparison;
    }

    private void end(HandOver handOver, int successor, String id, Optional<GenerationComparison> comparison) {
        var fenced = handOver.end();
        receipt(id, successor, comparison, "Generation %d is live. %s".formatted(successor, fenced));
    }

    private void receipt(String id, int successor, Optional<GenerationComparison> comparison, String outcome) {
        var ranges = context.ranges(
                successor, context.offsets().earliest(context.consumer().channels()));
        context.append(new ReplayReceipt(
                id,
                context.name(),
                action,
                successor,
                PlatformConnection.operator(),
                begin,
                Instant.now(),
                false,
                ranges,
                ReplayContext.records(ranges),
                comparison.map(GenerationComparison::shadowDigest).orElse(null),
                comparison.map(GenerationComparison::digest).orElse(null),
                outcome));
    }

    private void exclusively(Runnable work) {
        CommandLock.tryAcquire(context.platform(), context.name() + "-switch")
                .orElseThrow(() ->
                        new ReplayException("Another bin/replay switches %s: wait for it.".formatted(context.name())))
                .holdWhile(() -> {
                    work.run();
                    return context;
                });
    }
}

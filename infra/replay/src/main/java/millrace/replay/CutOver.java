package millrace.replay;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import millrace.events.Generation.LiveGeneration;
import millrace.generation.GenerationComparison;
import millrace.generation.GenerationMembership;
import millrace.generation.RebuildException;
import millrace.replay.Rebuild.End;
import org.apache.kafka.common.TopicPartition;

/**
 * Cut-over from the live generation to a successor. The successor catches up and is compared with the live one; a
 * difference ends the cut-over without {@code --anyway}. Then the processes of the live one end, the successor reads the
 * remaining records, the live one is fenced off, and the successor is live. If the command fails or is killed before the
 * fence, the live generation is live again; after that the next switch resumes it. While the channel {@code generations}
 * names a successor, no other command acts on the consumer.
 */
final class CutOver implements AutoCloseable {
    private static final int MOST_SHOWN = 10;

    /** A process that hangs leaves its group after its session timeout, 10 s. */
    private static final Duration STOPPED_WITHIN = Duration.ofMinutes(2);

    /** Limit without progress of the successor, while no generation is live. */
    private static final Duration PROGRESS_WITHIN = Duration.ofSeconds(60);

    private static final Duration CHECK_EVERY = Duration.ofMillis(200);

    private final ReplayContext context;
    private final ShutdownSignal shutdown;
    private final String action;
    private final String receipt;
    private final int live;
    private final int successor;
    private final Instant begin = Instant.now();
    private CutOverLease lease;

    private CutOver(
            ReplayContext context, ShutdownSignal shutdown, String action, String receipt, int live, int successor) {
        this.context = context;
        this.shutdown = shutdown;
        this.action = action;
        this.receipt = receipt;
        this.live = live;
        this.successor = successor;
    }

    /** @param action of the receipt: {@code "switch"} or {@code "rollback"} */
    static void begin(
            ReplayContext context, ShutdownSignal shutdown, String action, int live, int successor, boolean anyway) {
        if (context.isPartial(successor)) {
            throw new RebuildException(
                    "Generation %d of %s is partial, it did not begin with its channels: drop it, and run without --from."
                            .formatted(successor, context.name()));
        }
        // fork: audit
        if (new ArchiveBackfill(context, live, successor).isUnderWay()) {
            throw new RebuildException(
                    "Generation %d of %s has not read to its end what only the archive has: bin/replay run %s goes on with it."
                            .formatted(successor, context.name(), context.name()));
        }
        // fork: end
        // A process of the successor that another command follows would share its state directory.
        var ofSuccessor = TargetGeneration.lock(context, successor);
        ofSuccessor.holdWhile(() -> exclusively(context, () -> {
            context.consumer().createResources(successor);
            try (var cutOver = new CutOver(context, shutdown, action, OperationReceipt.newId(), live, successor)) {
                cutOver.end(Optional.of(cutOver.catchUp(anyway)));
            }
        }));
    }

    /** Resumes an interrupted cut-over. */
    static void resume(ReplayContext context, ShutdownSignal shutdown, String action, LiveGeneration current) {
        exclusively(context, () -> {
            try (var cutOver = of(context, shutdown, action, current)) {
                cutOver.resume();
                cutOver.end(Optional.empty());
            }
        });
    }

    /** Gives up an interrupted cut-over: the live generation is live again. */
    static void abort(ReplayContext context, ShutdownSignal shutdown, LiveGeneration current) {
        if (current.successor() == null) {
            throw new RebuildException("No switch of %s is under way.".formatted(context.name()));
        }
        exclusively(context, () -> of(context, shutdown, "switch", current).abort());
    }

    private static CutOver of(ReplayContext context, ShutdownSignal shutdown, String action, LiveGeneration current) {
        return new CutOver(context, shutdown, action, current.receipt(), current.live(), current.successor());
    }

    /** Runs a shadow until it has caught up, and further until the live generation has ended. */
    private GenerationComparison catchUp(boolean anyway) {
        context.print("Generation %d of %s catches up.", successor, context.name());
        var compared = new AtomicReference<GenerationComparison>();
        var end = rebuild().follow(context.positions(successor), () -> {
            compared.set(compare(anyway));
            operation().update("It goes on, or was killed.", Optional.of(compared.get()));
            endLive();
            return true;
        });
        if (end != End.CAUGHT_UP) {
            throw new RebuildException("Generation %d of %s stays live: the other was stopped before it had caught up."
                    .formatted(live, context.name()));
        }
        return compared.get();
    }

    private GenerationComparison compare(boolean anyway) {
        var comparison = context.port().compare(live, successor);
        ComparisonReport.print(context, comparison, MOST_SHOWN);
        if (!comparison.isEqual() && !anyway) {
            throw new RebuildException(
                    "Generation %d stays live: the other is not equal. bin/replay compare %s shows the differences, --anyway switches all the same."
                            .formatted(live, context.name()));
        }
        return comparison;
    }

    /**
     * Ends the live generation while the successor's shadow runs; returns when the shadow has read everything that was
     * there.
     */
    private void endLive() {
        context.print("The cut-over of %s from generation %d to %d begins.", context.name(), live, successor);
        takeLease(false);
        awaitEmpty(live);
        var goal = goal();
        var progress = Map.<TopicPartition, Long>of();
        var end = Instant.now().plus(PROGRESS_WITHIN);
        for (var read = context.positions(successor); !hasCaughtUp(read, goal); read = context.positions(successor)) {
            if (!read.equals(progress)) {
                progress = read;
                end = Instant.now().plus(PROGRESS_WITHIN);
            }
            lease.requireHeld();
            if (shutdown.raisedWithin(CHECK_EVERY) || Instant.now().isAfter(end)) {
                throw interrupted();
            }
        }
    }

    private void resume() {
        ShadowProcess.endOrphan(context.platform(), context.consumer(), successor);
        var isFenced = context.port().fenced(live, successor);
        takeLease(isFenced);
        awaitEmpty(live);
        if (isFenced || hasCaughtUp(context.positions(successor), goal())) {
            return;
        }
        var from = context.offsets().earliest(context.consumer().channels());
        if (rebuild().reach(from, goal()) != End.CAUGHT_UP) {
            throw interrupted();
        }
    }

    /** Fences off the live generation and makes the successor live. The processes of both have ended. */
    private void end(Optional<GenerationComparison> comparison) {
        awaitEmpty(successor);
        lease.beginFencing();
        var fenced = context.port().fence(live, successor);
        lease.close(); // No renewal may follow the last record.
        context.generationLog().append(record(successor, null, false));
        lease = null;
        var outcome = "Generation %d of %s is live. %s".formatted(successor, context.name(), fenced);
        context.print("%s", outcome);
        operation().end(outcome, comparison);
    }

    private void abort() {
        if (context.port().fenced(live, successor)) {
            throw new RebuildException(
                    "Generation %d of %s is fenced off already: bin/replay switch %s goes on, then rollback."
                            .formatted(live, context.name(), context.name()));
        }
        takeBack();
        operation().end("Aborted.", Optional.empty());
    }

    /** Makes the live generation live again if the cut-over has begun and has failed before its fence was closed. */
    @Override
    public void close() {
        if (lease == null) {
            return;
        }
        lease.close();
        if (!context.port().fenced(live, successor)) {
            takeBack();
        }
    }

    private void takeBack() {
        context.generationLog().append(record(live, null, false));
        context.print("Generation %d of %s is live again.", live, context.name());
    }

    private void takeLease(boolean fencing) {
        lease = new CutOverLease(context.generationLog(), record(live, successor, fencing), GenerationMembership.LEASE);
    }

    private Rebuild rebuild() {
        return new Rebuild(context, live, successor, Optional.empty(), shutdown, true);
    }

    private LiveGeneration record(int now, Integer next, boolean fencing) {
        return new LiveGeneration(
                context.name(), now, next, fencing, Instant.now(), PlatformConnection.operator(), receipt);
    }

    /**
     * Returns the end of the channels after the live generation has ended: it may have read up to there, whatever it
     * has committed.
     */
    private Map<TopicPartition, Long> goal() {
        return context.offsets().latest(context.consumer().channels());
    }

    private boolean hasCaughtUp(Map<TopicPartition, Long> read, Map<TopicPartition, Long> goal) {
        return goal.entrySet().stream().allMatch(end -> read.get(end.getKey()) >= end.getValue())
                && context.port().caughtUp(live, successor, true);
    }

    private void awaitEmpty(int generation) {
        var group = context.consumer().group(generation);
        var end = Instant.now().plus(STOPPED_WITHIN);
        while (!context.offsets().isEmpty(group)) {
            lease.requireHeld();
            if (shutdown.raisedWithin(CHECK_EVERY) || Instant.now().isAfter(end)) {
                throw new RebuildException(
                        "A process is still in the group %s: see that it ends, then bin/replay switch %s begins again."
                                .formatted(group, context.name()));
            }
        }
    }

    private OperationReceipt operation() {
        var from = context.offsets().earliest(context.consumer().channels());
        return new OperationReceipt(context, receipt, action, successor, begin, from, false);
    }

    private RebuildException interrupted() {
        return new RebuildException(
                "The switch was interrupted: bin/replay switch %s begins again.".formatted(context.name()));
    }

    private static void exclusively(ReplayContext context, Runnable work) {
        CommandLock.tryAcquire(context.platform(), context.name() + "-switch")
                .orElseThrow(() ->
                        new RebuildException("Another bin/replay switches %s: wait for it.".formatted(context.name())))
                .holdWhile(work);
    }
}

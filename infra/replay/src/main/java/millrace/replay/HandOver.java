package millrace.replay;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import millrace.events.Generation.LiveGeneration;
import millrace.replay.Rebuild.End;
import org.apache.kafka.common.TopicPartition;

/**
 * Moves readers from the live generation to another, step by step. If it fails or is killed before the fence, the live
 * generation is live again; after that the next switch resumes it. While the channel {@code generations} names a
 * hand-over, no other command acts on the consumer.
 */
final class HandOver implements AutoCloseable {
    /** A process that hangs leaves its group after its session timeout, 10 s. */
    private static final Duration STOPPED_WITHIN = Duration.ofMinutes(2);

    /** Limit without progress of the successor, while no generation is live. */
    private static final Duration PROGRESS_WITHIN = Duration.ofSeconds(60);

    private static final Duration CHECK_EVERY = Duration.ofMillis(200);

    private final ReplayContext context;
    private final ShutdownSignal shutdown;
    private final String receipt;
    private final int live;
    private final int successor;
    private HandOverLease lease;

    HandOver(ReplayContext context, ShutdownSignal shutdown, String receipt, int live, int successor) {
        this.context = context;
        this.shutdown = shutdown;
        this.receipt = receipt;
        this.live = live;
        this.successor = successor;
    }

    /**
     * Ends the live generation while the successor's shadow runs; returns when the shadow has read everything that was
     * there.
     */
    void begin() {
        context.print("Generation %d of %s hands over to %d.", live, context.name(), successor);
        lease = new HandOverLease(context.generationLog(), handOver(false));
        awaitEmpty(live);
        var goal = goal();
        var progress = Map.<TopicPartition, Long>of();
        var end = Instant.now().plus(PROGRESS_WITHIN);
        for (var read = committed(); !hasCaughtUp(read, goal); read = committed()) {
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

    /** Resumes an interrupted hand-over. */
    void resume() {
        ShadowProcess.endOrphans(context.platform(), context.consumer(), successor);
        var isFenced = context.consumer().isFenced(live, successor);
        lease = new HandOverLease(context.generationLog(), handOver(isFenced));
        awaitEmpty(live);
        if (isFenced || hasCaughtUp(committed(), goal())) {
            return;
        }
        var shadow = new Rebuild(context, live, successor, Optional.empty(), shutdown, true);
        if (shadow.reach(context.offsets().earliest(context.consumer().channels()), goal()) != End.CAUGHT_UP) {
            throw interrupted();
        }
    }

    /**
     * Fences off the old generation and makes the successor live. The processes of both have ended.
     *
     * @return a sentence about the fence
     */
    String end() {
        awaitEmpty(successor);
        lease.beginFencing();
        var fenced = context.consumer().fence(live, successor);
        lease.close(); // No renewal may follow the last record.
        append(successor, null);
        lease = null;
        context.print("Generation %d of %s is live. %s", successor, context.name(), fenced);
        return fenced;
    }

    /** Gives up the hand-over: the live generation is live again. */
    void abort() {
        if (context.consumer().isFenced(live, successor)) {
            throw new ReplayException(
                    "Generation %d of %s is fenced off already: bin/replay switch %s goes on, then rollback."
                            .formatted(live, context.name(), context.name()));
        }
        append(live, null);
        context.print("Generation %d of %s is live again.", live, context.name());
    }

    /** Makes the live generation live again if the hand-over has begun and has failed before its fence was closed. */
    @Override
    public void close() {
        if (lease == null) {
            return;
        }
        lease.close();
        if (!context.consumer().isFenced(live, successor)) {
            append(live, null);
            context.print("Generation %d of %s is live again.", live, context.name());
        }
    }

    private LiveGeneration handOver(boolean fencing) {
        return new LiveGeneration(
                context.name(), live, successor, fencing, Instant.now(), PlatformConnection.operator(), receipt);
    }

    private void append(int now, Integer handingOverTo) {
        context.generationLog()
                .append(new LiveGeneration(
                        context.name(),
                        now,
                        handingOverTo,
                        false,
                        Instant.now(),
                        PlatformConnection.operator(),
                        receipt));
    }

    /**
     * Returns the end of the channels after the live generation has ended: it may have read up to there, whatever it
     * has committed.
     */
    private Map<TopicPartition, Long> goal() {
        return context.offsets().latest(context.consumer().channels());
    }

    private Map<TopicPartition, Long> committed() {
        return context.offsets()
                .positions(
                        context.consumer().group(successor), context.consumer().channels());
    }

    private boolean hasCaughtUp(Map<TopicPartition, Long> read, Map<TopicPartition, Long> goal) {
        return isReached(read, goal) && context.consumer().caughtUp(live, successor, true);
    }

    private static boolean isReached(Map<TopicPartition, Long> read, Map<TopicPartition, Long> goal) {
        return goal.entrySet().stream().allMatch(end -> read.get(end.getKey()) >= end.getValue());
    }

    private void awaitEmpty(int generation) {
        var group = context.consumer().group(generation);
        var end = Instant.now().plus(STOPPED_WITHIN);
        while (!context.offsets().isEmpty(group)) {
            lease.requireHeld();
            if (shutdown.raisedWithin(CHECK_EVERY) || Instant.now().isAfter(end)) {
                throw new ReplayException(
                        "A process is still in the group %s: see that it ends, then bin/replay switch %s begins again."
                                .formatted(group, context.name()));
            }
        }
    }

    private ReplayException interrupted() {
        return new ReplayException(
                "The switch was interrupted: bin/replay switch %s begins again.".formatted(context.name()));
    }
}

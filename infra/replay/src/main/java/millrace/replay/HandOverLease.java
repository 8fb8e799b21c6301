package millrace.replay;

import static java.util.concurrent.TimeUnit.SECONDS;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import millrace.events.Generation.LiveGeneration;
import millrace.generation.GenerationMembership;

/**
 * Lease of a hand-over: its record on the channel {@code generations}, which a thread publishes again every five
 * seconds. If the command dies, the records stop, and the processes of the consumer take the hand-over back after {@link
 * GenerationMembership#LEASE}. The command gives up half of that time after its last acknowledged record.
 */
final class HandOverLease implements AutoCloseable {
    private static final int RENEW_EVERY_S = 5;
    private static final Duration LOST_AFTER = GenerationMembership.LEASE.dividedBy(2);

    private final GenerationLog log;
    private LiveGeneration handOver;
    private final ScheduledExecutorService renewal = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("lease").daemon().factory());
    private final long firstOffset;
    private volatile long renewedAt;

    /** Publishes the record and begins to renew it. */
    HandOverLease(GenerationLog log, LiveGeneration handOver) {
        this.log = log;
        this.handOver = handOver;
        this.renewedAt = System.nanoTime();
        this.firstOffset = log.append(handOver);
        renewal.scheduleWithFixedDelay(this::renew, RENEW_EVERY_S, RENEW_EVERY_S, SECONDS);
    }

    /**
     * Begins to fence: from now on the switch only goes forward. The sequence of the channel decides between this record
     * and one that takes the hand-over back.
     *
     * @throws ReplayException if the lease is lost, or the hand-over was taken back before
     */
    synchronized void beginFencing() {
        requireHeld();
        handOver = at(handOver.live(), handOver.handingOverTo(), true);
        log.append(handOver);
        if (log.since(handOver.consumer(), firstOffset).stream().anyMatch(this::isForeign)) {
            handOver = at(handOver.live(), null, false);
            log.append(handOver);
            throw lost();
        }
    }

    /** @throws ReplayException if no record was acknowledged for half of the lease */
    void requireHeld() {
        if (System.nanoTime() - renewedAt > LOST_AFTER.toNanos()) {
            throw lost();
        }
    }

    /** Ends the renewal; one that is under way ends first. */
    @Override
    public void close() {
        renewal.close();
    }

    private synchronized void renew() {
        var begin = System.nanoTime();
        try {
            if (log.since(handOver.consumer(), firstOffset).stream().noneMatch(this::isForeign)) { // Else it is lost.
                log.append(at(handOver.live(), handOver.handingOverTo(), handOver.fencing()));
                renewedAt = begin;
            }
        } catch (ReplayException e) {
            // The next round tries again; the lease is lost when that takes too long.
            System.err.println("The hand-over could not be renewed, and is tried again: " + e.getMessage());
        }
    }

    /** A record of another command, or of a process that has taken the hand-over back. */
    private boolean isForeign(LiveGeneration record) {
        return !Objects.equals(handOver.handingOverTo(), record.handingOverTo())
                || handOver.live() != record.live()
                || !Objects.equals(handOver.receipt(), record.receipt());
    }

    private LiveGeneration at(int live, Integer handingOverTo, boolean fencing) {
        return new LiveGeneration(
                handOver.consumer(), live, handingOverTo, fencing, Instant.now(), handOver.by(), handOver.receipt());
    }

    private ReplayException lost() {
        return new ReplayException("The switch of %s was not renewed in time, and is taken back: generation %d goes on."
                .formatted(handOver.consumer(), handOver.live()));
    }
}

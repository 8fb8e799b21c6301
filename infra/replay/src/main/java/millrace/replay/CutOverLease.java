package millrace.replay;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import millrace.events.Generation.LiveGeneration;
import millrace.generation.RebuildException;

/**
 * Lease of a cut-over: its record on the channel {@code generations}, which a thread publishes again six times a lease.
 * If the command dies, the records stop, and after a lease the processes of the consumer take the cut-over back. The
 * command gives up half a lease after its last acknowledged record.
 */
final class CutOverLease implements AutoCloseable {
    private final GenerationLog log;
    private final Duration lease;
    private LiveGeneration cutOver;
    private final ScheduledExecutorService renewal = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("lease").daemon().factory());
    private final long firstOffset;
    private volatile long renewedAt;

    /** Publishes the record and begins to renew it. */
    CutOverLease(GenerationLog log, LiveGeneration cutOver, Duration lease) {
        this.log = log;
        this.lease = lease;
        this.cutOver = cutOver;
        this.renewedAt = System.nanoTime();
        this.firstOffset = log.append(cutOver);
        var pause = lease.dividedBy(6).toMillis();
        renewal.scheduleWithFixedDelay(this::renew, pause, pause, MILLISECONDS);
    }

    /**
     * Begins to fence: from now on the switch only goes forward. The sequence of the channel decides between this record
     * and one that takes the cut-over back.
     *
     * @throws RebuildException if the lease is lost, or the cut-over was taken back before
     */
    synchronized void beginFencing() {
        requireHeld();
        cutOver = at(cutOver.live(), cutOver.successor(), true);
        log.append(cutOver);
        if (log.since(cutOver.consumer(), firstOffset).stream().anyMatch(this::isForeign)) {
            cutOver = at(cutOver.live(), null, false);
            log.append(cutOver);
            throw lost();
        }
    }

    /** @throws RebuildException if no record was acknowledged for half of the lease */
    void requireHeld() {
        if (System.nanoTime() - renewedAt > lease.dividedBy(2).toNanos()) {
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
            if (log.since(cutOver.consumer(), firstOffset).stream().noneMatch(this::isForeign)) { // Else it is lost.
                log.append(at(cutOver.live(), cutOver.successor(), cutOver.fencing()));
                renewedAt = begin;
            }
        } catch (RebuildException e) {
            // The next round tries again; the lease is lost when that takes too long.
            System.err.println("The cut-over could not be renewed, and is tried again: " + e.getMessage());
        }
    }

    /** A record of another command, or of a process that has taken the cut-over back. */
    private boolean isForeign(LiveGeneration record) {
        return !Objects.equals(cutOver.successor(), record.successor())
                || cutOver.live() != record.live()
                || !Objects.equals(cutOver.receipt(), record.receipt());
    }

    private LiveGeneration at(int live, Integer successor, boolean fencing) {
        return new LiveGeneration(
                cutOver.consumer(), live, successor, fencing, Instant.now(), cutOver.by(), cutOver.receipt());
    }

    private RebuildException lost() {
        return new RebuildException(
                "The switch of %s was not renewed in time, and is taken back: generation %d goes on."
                        .formatted(cutOver.consumer(), cutOver.live()));
    }
}

package millrace.replay;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import millrace.generation.GenerationMembership;
import millrace.generation.RebuildException;
import org.apache.kafka.common.TopicPartition;

/** Runs a shadow process until it has caught up, ends, or is stopped. */
final class Rebuild {
    private static final Duration CHECK_EVERY = Duration.ofSeconds(1);
    private static final int REPORT_EVERY = 5;
    private static final int PROGRESS_EVERY = 5;

    /** A shadow that ends unexpectedly is started again this often without progress. */
    private static final int STARTS_WITHOUT_PROGRESS = 3;

    private final ReplayContext context;
    private final int live;
    private final int generation;
    private final Optional<Integer> rate;
    private final ShutdownSignal shutdown;
    private final boolean forSwitch;

    /** @param forSwitch whether the shadow keeps running through the cut-over */
    Rebuild(
            ReplayContext context,
            int live,
            int generation,
            Optional<Integer> rate,
            ShutdownSignal shutdown,
            boolean forSwitch) {
        this.context = context;
        this.live = live;
        this.generation = generation;
        this.rate = rate;
        this.shutdown = shutdown;
        this.forSwitch = forSwitch;
    }

    /** Reason for the end. */
    enum End {
        CAUGHT_UP,
        STOPPED,
        REPLACED
    }

    /**
     * Follows the channels beside the live generation.
     *
     * @param caughtUp called once when the shadow has caught up, while it goes on; true ends it
     */
    End follow(Map<TopicPartition, Long> from, BooleanSupplier caughtUp) {
        var progress = new RebuildProgress(from, ends(), Instant.now());
        return watch(
                progress,
                committed -> progress.update(committed, ends(), Instant.now())
                        && isAtWork()
                        && context.port().caughtUp(live, generation, false),
                caughtUp);
    }

    /** Runs the shadow until it has read up to the goal. */
    End reach(Map<TopicPartition, Long> from, Map<TopicPartition, Long> goal) {
        var progress = new RebuildProgress(from, goal, Instant.now());
        return watch(
                progress,
                committed -> progress.update(committed, goal, Instant.now())
                        && context.port().caughtUp(live, generation, true),
                () -> true);
    }

    private interface CatchUpCheck {
        boolean hasCaughtUp(Map<TopicPartition, Long> committed);
    }

    private End watch(RebuildProgress progress, CatchUpCheck check, BooleanSupplier caughtUp) {
        var environment = new HashMap<>(context.consumer().shadowVars(generation, rate));
        if (forSwitch) {
            environment.put(GenerationMembership.CATCHING_UP, "true");
        }
        var starts = 1;
        var before = -1L;
        var compared = false;
        var shadow = ShadowProcess.start(context.platform(), context.consumer(), generation, environment);
        try {
            for (var tick = 1; !shutdown.raisedWithin(CHECK_EVERY); tick++) {
                if (shadow.exitedNormally()) {
                    return End.REPLACED;
                }
                if (!shadow.isAlive()) {
                    starts = progress.read() > before ? 1 : starts + 1;
                    before = progress.read();
                    announceRestart(shadow, starts);
                    shadow = ShadowProcess.start(context.platform(), context.consumer(), generation, environment);
                }
                var hasCaughtUp = check.hasCaughtUp(
                        context.offsets().committed(context.consumer().group(generation)));
                report(progress, tick);
                if (hasCaughtUp && !compared) {
                    context.port().progress(live, generation);
                    compared = true;
                    if (caughtUp.getAsBoolean()) {
                        return End.CAUGHT_UP;
                    }
                }
                if (tick % PROGRESS_EVERY == 0) {
                    context.port().progress(live, generation);
                }
            }
            return End.STOPPED;
        } finally {
            shadow.close();
        }
    }

    private void announceRestart(ShadowProcess shadow, int starts) {
        if (starts > STARTS_WITHOUT_PROGRESS) {
            throw new RebuildException("The shadow of %s ends again and again; the end of %s:%n%s"
                    .formatted(context.name(), shadow.log(), shadow.logTail()));
        }
        context.print("The shadow has ended unexpectedly and is started again; its log is %s.", shadow.log());
    }

    private void report(RebuildProgress progress, int tick) {
        if (tick % REPORT_EVERY == 0) {
            context.print("  %s", progress.line());
        }
    }

    /**
     * Returns true if the shadow has joined its group. A shadow that is still starting has no lag either, if one before
     * it has read everything.
     */
    private boolean isAtWork() {
        return !context.offsets().isEmpty(context.consumer().group(generation));
    }

    private Map<TopicPartition, Long> ends() {
        return context.offsets().latest(context.consumer().channels());
    }
}

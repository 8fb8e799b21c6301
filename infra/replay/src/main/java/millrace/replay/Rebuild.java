package millrace.replay;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import millrace.generation.Membership;
import org.apache.kafka.common.TopicPartition;

/** A shadow process at work, watched until it has caught up, until it ends, or until somebody wants it to end. */
final class Rebuild {
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
    private static final int SAY_EVERY = 5;
    private static final int TEND_EVERY = 5;

    /** A shadow that ends unasked is started again so often, unless it gets on. */
    private static final int STARTS_WITHOUT_PROGRESS = 3;

    private final Desk desk;
    private final int live;
    private final int generation;
    private final Optional<Integer> rate;
    private final StopWish stop;
    private final boolean forSwitch;

    /** @param forSwitch whether it stays through the hand-over */
    Rebuild(Desk desk, int live, int generation, Optional<Integer> rate, StopWish stop, boolean forSwitch) {
        this.desk = desk;
        this.live = live;
        this.generation = generation;
        this.rate = rate;
        this.stop = stop;
        this.forSwitch = forSwitch;
    }

    /** How it came to an end. */
    enum End {
        CAUGHT_UP,
        STOPPED,
        REPLACED
    }

    /**
     * Beside the live one, with its traffic.
     *
     * @param caughtUp what follows then, while the shadow goes on; true to end it
     */
    End follow(Map<TopicPartition, Long> from, BooleanSupplier caughtUp) {
        var progress = new Progress(from, ends(), Instant.now());
        return watch(
                progress,
                committed -> progress.look(committed, ends(), Instant.now())
                        && isAtWork()
                        && desk.rebuilt().hasDigested(generation),
                caughtUp);
    }

    /** Until all of that is read. */
    End reach(Map<TopicPartition, Long> from, Map<TopicPartition, Long> goal) {
        var progress = new Progress(from, goal, Instant.now());
        return watch(
                progress,
                committed -> progress.look(committed, goal, Instant.now())
                        && desk.rebuilt().hasDigested(generation)
                        && desk.rebuilt().isAbreast(live, generation),
                () -> true);
    }

    private interface Look {
        boolean hasCaughtUp(Map<TopicPartition, Long> committed);
    }

    private End watch(Progress progress, Look look, BooleanSupplier caughtUp) {
        var environment = new HashMap<>(desk.rebuilt().shadowVars(generation, rate));
        if (forSwitch) {
            environment.put(Membership.CATCHING_UP, "true");
        }
        var yielding = new Yielding();
        var starts = 1;
        var before = -1L;
        var told = false;
        var shadow = ShadowProcess.start(desk.site(), desk.rebuilt(), generation, environment);
        try {
            for (var tick = 1; !stop.comesWithin(LOOK_EVERY); tick++) {
                if (shadow.endedWell()) {
                    return End.REPLACED;
                }
                if (!shadow.isAlive()) {
                    starts = progress.read() > before ? 1 : starts + 1;
                    before = progress.read();
                    again(shadow, starts);
                    shadow = ShadowProcess.start(desk.site(), desk.rebuilt(), generation, environment);
                }
                var now =
                        look.hasCaughtUp(desk.offsets().committed(desk.rebuilt().group(generation)));
                tell(progress, yielding, tick);
                // Before anything is compared: one that is held would stay behind for as long as that takes.
                shadow.rest(!now && yielding.look(liveLag()));
                if (now && !told) {
                    desk.rebuilt().tend(live, generation);
                    told = true;
                    if (caughtUp.getAsBoolean()) {
                        return End.CAUGHT_UP;
                    }
                }
                if (tick % TEND_EVERY == 0) {
                    desk.rebuilt().tend(live, generation);
                }
            }
            return End.STOPPED;
        } finally {
            shadow.close();
        }
    }

    private void again(ShadowProcess shadow, int starts) {
        if (starts > STARTS_WITHOUT_PROGRESS) {
            throw new CannotReplay("The shadow of %s ends again and again; the end of %s:%n%s"
                    .formatted(desk.name(), shadow.log(), shadow.lastWords()));
        }
        desk.say("The shadow has ended unasked and is started again; its log is %s.", shadow.log());
    }

    private void tell(Progress progress, Yielding yielding, int tick) {
        if (tick % SAY_EVERY == 0) {
            desk.say("  %s%s", progress.line(), yielding.isNeeded() ? ", yields to live traffic" : "");
        }
    }

    /** One that is only starting has nothing left to read either, where another before it has read all there was. */
    private boolean isAtWork() {
        return !desk.offsets().isEmpty(desk.rebuilt().group(generation));
    }

    private long liveLag() {
        return desk.offsets().lag(desk.rebuilt().group(live), desk.rebuilt().liveChannels());
    }

    private Map<TopicPartition, Long> ends() {
        return desk.offsets().end(desk.rebuilt().channels());
    }
}

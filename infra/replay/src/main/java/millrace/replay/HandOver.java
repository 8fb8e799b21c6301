package millrace.replay;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import millrace.events.Generation.LiveGeneration;
import millrace.replay.Rebuild.End;
import org.apache.kafka.common.TopicPartition;

/**
 * Readers move over from the live generation to another, step by step. After each step it may be killed: the next switch finds
 * where it was. While the record of the channel names a hand-over nobody but this is at work.
 */
final class HandOver {
    /** A process that hangs is out of its group after its session's timeout, 10 s. */
    private static final Duration STOPPED_WITHIN = Duration.ofMinutes(2);

    /** Of what the live one had read, while nothing is live. */
    private static final Duration PROGRESS_WITHIN = Duration.ofSeconds(60);

    private static final Duration LOOK_EVERY = Duration.ofMillis(200);

    private final Desk desk;
    private final StopWish stop;
    private final String receipt;
    private final int live;
    private final int successor;

    HandOver(Desk desk, StopWish stop, String receipt, int live, int successor) {
        this.desk = desk;
        this.stop = stop;
        this.receipt = receipt;
        this.live = live;
        this.successor = successor;
    }

    /** With the successor's shadow at work: ends the live one, and returns when the shadow has read all that was there. */
    void begin() {
        desk.say("Generation %d of %s hands over to %d.", live, desk.name(), successor);
        write(live, successor);
        awaitEmpty(live);
        var goal = goal();
        var progress = Map.<TopicPartition, Long>of();
        var end = Instant.now().plus(PROGRESS_WITHIN);
        for (var read = committed(); !isAbreast(read, goal); read = committed()) {
            if (!read.equals(progress)) {
                progress = read;
                end = Instant.now().plus(PROGRESS_WITHIN);
            }
            if (stop.comesWithin(LOOK_EVERY) || Instant.now().isAfter(end)) {
                throw interrupted();
            }
        }
    }

    /** What was begun and interrupted. */
    void goOn() {
        write(live, successor);
        awaitEmpty(live);
        if (desk.rebuilt().isFenced(live, successor) || isAbreast(committed(), goal())) {
            return;
        }
        var shadow = new Rebuild(desk, live, successor, Optional.empty(), stop, true);
        if (shadow.reach(desk.offsets().first(desk.rebuilt().channels()), goal()) != End.CAUGHT_UP) {
            throw interrupted();
        }
    }

    /**
     * With the processes of both ended.
     *
     * @return what the fence came to
     */
    String end() {
        awaitEmpty(successor);
        var fenced = desk.rebuilt().fence(live, successor);
        write(successor, null);
        desk.say("Generation %d of %s is live. %s", successor, desk.name(), fenced);
        return fenced;
    }

    /** The live one is live again. */
    void abort() {
        if (desk.rebuilt().isFenced(live, successor)) {
            throw new CannotReplay(
                    "Generation %d of %s is fenced off already: bin/replay switch %s goes on, then rollback."
                            .formatted(live, desk.name(), desk.name()));
        }
        write(live, null);
        desk.say("Generation %d of %s is live again.", live, desk.name());
    }

    private void write(int now, Integer handingOverTo) {
        desk.book().write(new LiveGeneration(desk.name(), now, handingOverTo, Instant.now(), Site.who(), receipt));
    }

    /** Everything that was on the channels when the live one had ended: it may have read all of it, whatever it committed. */
    private Map<TopicPartition, Long> goal() {
        return desk.offsets().end(desk.rebuilt().channels());
    }

    private Map<TopicPartition, Long> committed() {
        var read = Site.copy(desk.offsets().first(desk.rebuilt().channels()));
        desk.offsets()
                .committed(desk.rebuilt().group(successor))
                .forEach((place, offset) -> read.merge(place, offset, Math::max));
        return read;
    }

    private boolean isAbreast(Map<TopicPartition, Long> read, Map<TopicPartition, Long> goal) {
        return isReached(read, goal) && desk.rebuilt().isAbreast(live, successor);
    }

    private static boolean isReached(Map<TopicPartition, Long> read, Map<TopicPartition, Long> goal) {
        return goal.entrySet().stream().allMatch(end -> read.get(end.getKey()) >= end.getValue());
    }

    private void awaitEmpty(int generation) {
        var group = desk.rebuilt().group(generation);
        var end = Instant.now().plus(STOPPED_WITHIN);
        while (!desk.offsets().isEmpty(group)) {
            if (stop.comesWithin(LOOK_EVERY) || Instant.now().isAfter(end)) {
                throw new CannotReplay(
                        "A process is still in the group %s, and nobody is live: see that it ends, then bin/replay switch %s goes on."
                                .formatted(group, desk.name()));
            }
        }
    }

    private CannotReplay interrupted() {
        return new CannotReplay(
                "The switch was interrupted and nobody is live: bin/replay switch %1$s goes on with it, bin/replay switch %1$s --abort gives up and generation %2$d goes on."
                        .formatted(desk.name(), live));
    }
}

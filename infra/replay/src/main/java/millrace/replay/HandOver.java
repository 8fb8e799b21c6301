package millrace.replay;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import millrace.events.Generation.LiveGeneration;
import org.apache.kafka.common.TopicPartition;

/**
 * Readers move over from the live generation to another, step by step. After each step it may be killed: the next switch finds
 * where it was. While the record of the channel names a hand-over nobody but this is at work.
 */
final class HandOver {
    /** A process that hangs is out of its group after its session's timeout, 10 s. */
    private static final Duration STOPPED_WITHIN = Duration.ofMinutes(2);

    private static final Duration LOOK_EVERY = Duration.ofMillis(200);

    private final Desk desk;
    private final StopWish stop;
    private final String receipt;

    HandOver(Desk desk, StopWish stop, String receipt) {
        this.desk = desk;
        this.stop = stop;
        this.receipt = receipt;
    }

    /**
     * From the record on the channel to the record on the channel.
     *
     * @return what the fence came to
     */
    String run(int live, int successor) {
        desk.say("Generation %d of %s hands over to %d.", live, desk.name(), successor);
        write(live, successor);
        awaitEmpty(live);
        awaitEmpty(successor);
        if (!desk.rebuilt().isFenced(live, successor)) {
            catchUp(live, successor);
        }
        var fenced = desk.rebuilt().fence(live, successor);
        write(successor, null);
        desk.say("Generation %d of %s is live. %s", successor, desk.name(), fenced);
        return fenced;
    }

    private void write(int live, Integer handingOverTo) {
        desk.book().write(new LiveGeneration(desk.name(), live, handingOverTo, Instant.now(), Site.who(), receipt));
    }

    /** Everything that was on the channels when the live one had ended: it may have read all of it, whatever it committed. */
    private void catchUp(int live, int successor) {
        var goal = desk.offsets().end(desk.rebuilt().channels());
        var first = desk.offsets().first(desk.rebuilt().channels());
        if (isReached(desk.offsets().committed(desk.rebuilt().group(successor)), goal, first)
                && desk.rebuilt().isAbreast(live, successor)) {
            return;
        }
        var end = new Rebuild(desk, live, successor, Optional.empty(), stop).catchUp(first, goal);
        if (end != Rebuild.End.CAUGHT_UP) {
            throw new CannotReplay(
                    "The switch was interrupted and nobody is live: bin/replay switch %s goes on with it, bin/replay"
                                    .formatted(desk.name())
                            + " switch %s --abort gives up and generation %d goes on.".formatted(desk.name(), live));
        }
        awaitEmpty(successor);
    }

    private static boolean isReached(
            Map<TopicPartition, Long> committed, Map<TopicPartition, Long> goal, Map<TopicPartition, Long> first) {
        return goal.entrySet().stream()
                .allMatch(end ->
                        Math.max(first.get(end.getKey()), committed.getOrDefault(end.getKey(), 0L)) >= end.getValue());
    }

    private void awaitEmpty(int generation) {
        var group = desk.rebuilt().group(generation);
        var end = Instant.now().plus(STOPPED_WITHIN);
        while (!desk.offsets().isEmpty(group)) {
            if (stop.comesWithin(LOOK_EVERY) || Instant.now().isAfter(end)) {
                throw new CannotReplay(
                        "A process is still in the group %s after %d s and nobody is live: see that it ends, then bin/replay switch %s goes on."
                                .formatted(group, STOPPED_WITHIN.toSeconds(), desk.name()));
            }
        }
    }
}

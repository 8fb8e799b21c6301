package millrace.replay;

import java.time.Instant;
import java.util.Optional;
import millrace.events.Generation.LiveGeneration;
import millrace.events.Generation.ReplayReceipt;

/** A switch with all that comes before it: nothing is handed over to a generation that is not as good as the live one. */
final class TakeOver {
    private static final int SHOWN = 10;

    private final Desk desk;
    private final StopWish stop;
    private final String action;
    private final Instant begin = Instant.now();

    TakeOver(Desk desk, StopWish stop, String action) {
        this.desk = desk;
        this.stop = stop;
        this.action = action;
    }

    void begin(int live, int successor, boolean anyway) {
        if (desk.isPartial(successor)) {
            throw new CannotReplay(
                    "Generation %d of %s is partial, it did not begin with its channels: drop it, and run without --from."
                            .formatted(successor, desk.name()));
        }
        alone(() -> {
            desk.rebuilt().provide(successor);
            Lock.take(desk.site(), desk.name() + "-" + successor)
                    .ifPresent(lock -> lock.during(() -> catchUp(live, successor)));
            var comparison = desk.rebuilt().compare(live, successor);
            Findings.print(desk, comparison, SHOWN);
            if (!comparison.isEqual() && !anyway) {
                throw new CannotReplay(
                        "Generation %d stays live: the other is not equal. bin/replay compare %s shows the differences, --anyway switches all the same."
                                .formatted(live, desk.name()));
            }
            handOver(live, successor, Desk.newId(), Optional.of(comparison));
        });
    }

    /** What was interrupted. */
    void goOn(LiveGeneration standing) {
        alone(() -> handOver(standing.live(), standing.handingOverTo(), standing.receipt(), Optional.empty()));
    }

    void abort(LiveGeneration standing) {
        if (standing.handingOverTo() == null) {
            throw new CannotReplay("No switch of %s is under way.".formatted(desk.name()));
        }
        alone(() -> {
            if (desk.rebuilt().isFenced(standing.live(), standing.handingOverTo())) {
                throw new CannotReplay(
                        "Generation %d of %s is fenced off already: bin/replay switch %s goes on, then rollback."
                                .formatted(standing.live(), desk.name(), desk.name()));
            }
            desk.book()
                    .write(new LiveGeneration(
                            desk.name(), standing.live(), null, Instant.now(), Site.who(), standing.receipt()));
            receipt(standing.receipt(), standing.handingOverTo(), Optional.empty(), "Aborted.");
            desk.say("Generation %d of %s is live again.", standing.live(), desk.name());
        });
    }

    /** While the live one still works. Where somebody builds it on this machine, that goes on with it. */
    private Rebuild.End catchUp(int live, int successor) {
        var begin = Site.copy(desk.offsets().first(desk.rebuilt().channels()));
        desk.offsets()
                .committed(desk.rebuilt().group(successor))
                .forEach((place, offset) -> begin.merge(place, offset, Math::max));
        desk.say("Generation %d of %s catches up.", successor, desk.name());
        var end = new Rebuild(desk, live, successor, Optional.empty(), stop).run(begin, () -> true);
        if (end != Rebuild.End.CAUGHT_UP) {
            throw new CannotReplay("Generation %d of %s stays live: the other was stopped before it had caught up."
                    .formatted(live, desk.name()));
        }
        return end;
    }

    private void handOver(int live, int successor, String id, Optional<Comparison> comparison) {
        receipt(id, successor, comparison, "It goes on, or was killed.");
        var fenced = new HandOver(desk, stop, id).run(live, successor);
        receipt(id, successor, comparison, "Generation %d is live. %s".formatted(successor, fenced));
    }

    private void receipt(String id, int successor, Optional<Comparison> comparison, String outcome) {
        var ranges = desk.ranges(successor, desk.offsets().first(desk.rebuilt().channels()));
        desk.keep(new ReplayReceipt(
                id,
                desk.name(),
                action,
                successor,
                Site.who(),
                begin,
                Instant.now(),
                false,
                ranges,
                Desk.records(ranges),
                comparison.map(Comparison::shadowDigest).orElse(null),
                comparison.map(Comparison::digest).orElse(null),
                outcome));
    }

    private void alone(Runnable work) {
        Lock.take(desk.site(), desk.name() + "-switch")
                .orElseThrow(() -> new CannotReplay(
                        "Another bin/replay on this machine switches %s: wait for it.".formatted(desk.name())))
                .during(() -> {
                    work.run();
                    return desk;
                });
    }
}

package millrace.replay;

import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import millrace.events.Generation.LiveGeneration;
import millrace.events.Generation.ReplayReceipt;
import millrace.replay.Rebuild.End;

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
        if (new ArchiveReading(desk, live, successor).isUnderWay()) {
            throw new CannotReplay(
                    "Generation %d of %s has not read to its end what only the archive has: bin/replay run %s goes on with it."
                            .formatted(successor, desk.name(), desk.name()));
        }
        alone(() -> {
            desk.rebuilt().provide(successor);
            var id = Desk.newId();
            var handOver = new HandOver(desk, stop, id, live, successor);
            var comparison = caughtUp(live, successor, anyway, id, handOver);
            end(handOver, successor, id, Optional.of(comparison));
        });
    }

    /** What was interrupted. */
    void goOn(LiveGeneration standing) {
        alone(() -> {
            var handOver = handOver(standing);
            handOver.goOn();
            end(handOver, standing.handingOverTo(), standing.receipt(), Optional.empty());
        });
    }

    void abort(LiveGeneration standing) {
        if (standing.handingOverTo() == null) {
            throw new CannotReplay("No switch of %s is under way.".formatted(desk.name()));
        }
        alone(() -> {
            handOver(standing).abort();
            receipt(standing.receipt(), standing.handingOverTo(), Optional.empty(), "Aborted.");
        });
    }

    private HandOver handOver(LiveGeneration standing) {
        return new HandOver(desk, stop, standing.receipt(), standing.live(), standing.handingOverTo());
    }

    /** A shadow of its own reads until it has caught up, and on until the live one has ended. */
    private Comparison caughtUp(int live, int successor, boolean anyway, String id, HandOver handOver) {
        var from = desk.offsets()
                .next(desk.rebuilt().group(successor), desk.rebuilt().channels());
        desk.say("Generation %d of %s catches up.", successor, desk.name());
        var compared = new AtomicReference<Comparison>();
        var end = new Rebuild(desk, live, successor, Optional.empty(), stop, true).follow(from, () -> {
            compared.set(compare(live, successor, anyway));
            receipt(id, successor, Optional.of(compared.get()), "It goes on, or was killed.");
            handOver.begin();
            return true;
        });
        if (end != End.CAUGHT_UP) {
            throw new CannotReplay("Generation %d of %s stays live: the other was stopped before it had caught up."
                    .formatted(live, desk.name()));
        }
        return compared.get();
    }

    private Comparison compare(int live, int successor, boolean anyway) {
        var comparison = desk.rebuilt().compare(live, successor);
        Findings.print(desk, comparison, SHOWN);
        if (!comparison.isEqual() && !anyway) {
            throw new CannotReplay(
                    "Generation %d stays live: the other is not equal. bin/replay compare %s shows the differences, --anyway switches all the same."
                            .formatted(live, desk.name()));
        }
        return comparison;
    }

    private void end(HandOver handOver, int successor, String id, Optional<Comparison> comparison) {
        var fenced = handOver.end();
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

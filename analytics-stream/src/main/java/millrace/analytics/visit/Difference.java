package millrace.analytics.visit;

import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import millrace.analytics.tally.Count;
import millrace.analytics.visit.Outcome.Led;
import millrace.analytics.visit.Outcome.Seen;
import millrace.events.AbandonedCart;
import millrace.events.Visit.Step;

/** What of an outcome has not been told yet. */
final class Difference {
    private static final int STEPS = Step.values().length;

    private final String visitor;
    private final BiConsumer<String, Told> tell;

    /** @param tell takes each change, with the key of its record */
    Difference(String visitor, BiConsumer<String, Told> tell) {
        this.visitor = visitor;
        this.tell = tell;
    }

    void between(Outcome told, Outcome now) {
        // What is gone comes first: a reader never sees a click in two visits.
        for (var before : told.visits()) {
            if (now.visits().stream().noneMatch(before::isOf)) {
                visit(before, null);
            }
        }
        for (var after : now.visits()) {
            visit(told.visits().stream().filter(after::isOf).findFirst().orElse(null), after);
        }
        carts(told, now);
        for (var after : now.orders()) {
            order(after, told);
        }
    }

    private void visit(Seen before, Seen after) {
        if (after == null || !after.equals(before)) {
            var key = Rows.key(visitor, (after == null ? before : after).stay());
            tell.accept(key, new Told.OfVisit(after == null ? null : Rows.visit(visitor, after)));
            moved(before, after);
        }
    }

    private void carts(Outcome told, Outcome now) {
        var before = carts(told);
        var after = carts(now);
        before.keySet().stream()
                .filter(key -> !after.containsKey(key))
                .forEach(key -> tell.accept(key, new Told.OfCart(null)));
        after.forEach((key, cart) -> {
            if (!cart.equals(before.get(key))) {
                tell.accept(key, new Told.OfCart(cart));
            }
        });
    }

    private Map<String, AbandonedCart> carts(Outcome outcome) {
        var carts = new TreeMap<String, AbandonedCart>();
        for (var seen : outcome.visits()) {
            seen.cart()
                    .ifPresent(cart ->
                            carts.put(Rows.cartKey(visitor, seen.stay(), cart), Rows.cart(visitor, seen.stay(), cart)));
        }
        return carts;
    }

    /** A visit that has reached another step, or belongs to another campaign than thought. */
    private void moved(Seen before, Seen after) {
        if (before != null && after != null && sameCampaign(before.stay(), after.stay())) {
            if (before.reached() != after.reached()) {
                count(
                        after.stay(),
                        before.reached().ordinal() + 1,
                        after.reached().ordinal() + 1);
            }
            return;
        }
        if (before != null) {
            count(before.stay(), before.reached().ordinal() + 1, 0);
        }
        if (after != null) {
            count(after.stay(), 0, after.reached().ordinal() + 1);
        }
    }

    private static boolean sameCampaign(Stay one, Stay other) {
        return Objects.equals(one.landing(), other.landing());
    }

    private void count(Stay stay, int stepsBefore, int stepsAfter) {
        var moved = new long[STEPS];
        for (var step = 0; step < STEPS; step++) {
            moved[step] = (step < stepsAfter ? 1 : 0) - (step < stepsBefore ? 1 : 0);
        }
        var key = Rows.hourAndCampaign(stay);
        var count =
                stepsBefore == 0 ? Count.of(key, stay.source(), moved) : Count.correction(key, stay.source(), moved);
        tell.accept(key, new Told.OfFunnel(count));
    }

    private void order(Led after, Outcome told) {
        var row = Rows.attribution(after.order(), after.stay());
        var isTold = told.orders().stream()
                .filter(before -> before.order().orderId().equals(row.orderId()))
                .anyMatch(before ->
                        Rows.attribution(before.order(), before.stay()).equals(row));
        if (!isTold) {
            tell.accept(row.orderId(), new Told.OfOrder(row));
        }
    }
}

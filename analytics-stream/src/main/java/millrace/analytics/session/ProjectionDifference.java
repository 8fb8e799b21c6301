package millrace.analytics.session;

import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import millrace.analytics.engine.Count;
import millrace.analytics.session.VisitorProjection.Attribution;
import millrace.analytics.session.VisitorProjection.ProjectedVisit;
import millrace.events.AbandonedCart;
import millrace.events.Visit.Step;

/** Passes on how what follows from a visitor's activities has changed. */
final class ProjectionDifference {
    private static final int STEPS = Step.values().length;

    private final String visitor;
    private final VisitUpdates updates;

    /** @param updates takes each change */
    ProjectionDifference(String visitor, VisitUpdates updates) {
        this.visitor = visitor;
        this.updates = updates;
    }

    void between(VisitorProjection known, VisitorProjection now) {
        // Visits that are gone come first: a reader never sees a click in two visits.
        for (var before : known.visits()) {
            if (sameOf(before, now) == null) {
                visit(before, null);
            }
        }
        for (var after : now.visits()) {
            visit(sameOf(after, known), after);
        }
        if (known.hasCarts() || now.hasCarts()) {
            carts(known, now);
        }
        for (var after : now.orders()) {
            order(after, known);
        }
    }

    /** Returns {@code null} where the projection does not have the visit. */
    private static ProjectedVisit sameOf(ProjectedVisit visit, VisitorProjection projection) {
        for (var other : projection.visits()) {
            if (other.isOf(visit)) {
                return other;
            }
        }
        return null;
    }

    private void visit(ProjectedVisit before, ProjectedVisit after) {
        if (after == null || !after.equals(before)) {
            var key = ChannelRows.key(visitor, (after == null ? before : after).session());
            updates.visit(key, after == null ? null : ChannelRows.visit(visitor, after));
            moved(before, after);
        }
    }

    private void carts(VisitorProjection known, VisitorProjection now) {
        var before = carts(known);
        var after = carts(now);
        before.keySet().stream().filter(key -> !after.containsKey(key)).forEach(key -> updates.cart(key, null));
        after.forEach((key, cart) -> {
            if (!cart.equals(before.get(key))) {
                updates.cart(key, cart);
            }
        });
    }

    private Map<String, AbandonedCart> carts(VisitorProjection projection) {
        var carts = new TreeMap<String, AbandonedCart>();
        for (var seen : projection.visits()) {
            seen.cart()
                    .ifPresent(cart -> carts.put(
                            ChannelRows.cartKey(visitor, seen.session(), cart),
                            ChannelRows.cart(visitor, seen.session(), cart)));
        }
        return carts;
    }

    /** A visit that has reached another step, or belongs to another campaign than thought. */
    private void moved(ProjectedVisit before, ProjectedVisit after) {
        if (before != null && after != null && sameCampaign(before.session(), after.session())) {
            if (before.reached() != after.reached()) {
                count(
                        after.session(),
                        before.reached().ordinal() + 1,
                        after.reached().ordinal() + 1);
            }
            return;
        }
        if (before != null) {
            count(before.session(), before.reached().ordinal() + 1, 0);
        }
        if (after != null) {
            count(after.session(), 0, after.reached().ordinal() + 1);
        }
    }

    private static boolean sameCampaign(Session one, Session other) {
        return Objects.equals(one.landing(), other.landing());
    }

    private void count(Session session, int stepsBefore, int stepsAfter) {
        var moved = new long[STEPS];
        for (var step = 0; step < STEPS; step++) {
            moved[step] = (step < stepsAfter ? 1 : 0) - (step < stepsBefore ? 1 : 0);
        }
        var key = ChannelRows.hourAndCampaign(session);
        var count = stepsBefore == 0
                ? Count.of(key, session.source(), moved)
                : Count.correction(key, session.source(), moved);
        updates.funnel(count);
    }

    private void order(Attribution after, VisitorProjection known) {
        var row = ChannelRows.attribution(after.order(), after.session());
        var isKnown = known.orders().stream()
                .filter(before -> before.order().orderId().equals(row.orderId()))
                .anyMatch(before -> ChannelRows.attribution(before.order(), before.session())
                        .equals(row));
        if (!isKnown) {
            updates.order(row);
        }
    }
}

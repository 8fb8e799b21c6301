package millrace.analytics.session;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import millrace.events.Visit.Step;

/**
 * All that follows from the activities of a visitor: a function of what was done and how far the clocks are, whatever the order in which
 * it was learned. Clicks and orders come through different partitions, and a replay reads them at different speeds.
 */
record VisitorProjection(List<ProjectedVisit> visits, List<Attribution> orders) {
    /**
     * A visit as it is seen now.
     *
     * @param cart what was left in it; empty while it is not abandoned
     */
    record ProjectedVisit(Session session, Step reached, boolean closed, boolean settled, Optional<Cart> cart) {
        /** Whether its record on the channel has the same key. */
        boolean isOf(ProjectedVisit other) {
            return session.start() == other.session.start() && session.source().equals(other.session.source());
        }
    }

    /** @param session {@code null} where no visit is known */
    record Attribution(VisitorOrder order, Session session) {}

    static VisitorProjection of(Visitor visitor, SessionRules rules) {
        var orders = new ArrayList<Attribution>(visitor.orders().size());
        visitor.orders().forEach(order -> orders.add(new Attribution(order, leadingTo(order, visitor.sessions()))));
        var visits = new ArrayList<ProjectedVisit>(visitor.sessions().size());
        for (var session : visitor.sessions()) {
            visits.add(seen(session, visitor, orders, rules));
        }
        return new VisitorProjection(visits, orders);
    }

    boolean hasCarts() {
        for (var visit : visits) {
            if (visit.cart.isPresent()) {
                return true;
            }
        }
        return false;
    }

    private static ProjectedVisit seen(Session session, Visitor visitor, List<Attribution> orders, SessionRules rules) {
        var clock = visitor.pace(session.source()).clock();
        var over = session.end() + rules.visitGap().toMillis();
        var reached = session.reached();
        for (var led : orders) {
            if (Objects.equals(led.session, session) && millis(led.order) <= over) {
                reached = Step.ORDER;
            }
        }
        var cart = session.changes().isEmpty()
                ? Optional.<Cart>empty()
                : Cart.of(session, visitor.lastOrder())
                        .filter(left ->
                                clock >= left.changedAt() + rules.cartPatience().toMillis());
        return new ProjectedVisit(
                session,
                reached,
                clock >= over,
                clock >= over + rules.allowedLateness().toMillis(),
                cart);
    }

    /** The latest that began before the order was placed; {@code null} where there is none. */
    static Session leadingTo(VisitorOrder order, List<Session> sessions) {
        Session latest = null;
        for (var session : sessions) {
            if (session.start() <= millis(order) && (latest == null || later(session, latest))) {
                latest = session;
            }
        }
        return latest;
    }

    private static boolean later(Session one, Session other) {
        return one.start() == other.start() ? one.source().compareTo(other.source()) < 0 : one.start() > other.start();
    }

    private static long millis(VisitorOrder order) {
        return order.timestamp().toEpochMilli();
    }
}

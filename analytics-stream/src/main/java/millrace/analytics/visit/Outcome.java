package millrace.analytics.visit;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import millrace.analytics.stream.AnalyticsConfig;
import millrace.analytics.visit.Deed.Ordered;
import millrace.events.Visit.Step;

/**
 * What there is to tell of a visitor: a function of what was done and how far the clocks are, whatever the order in which
 * it was learned. Clicks and orders come through different partitions, and a replay reads them at different speeds.
 */
record Outcome(List<Seen> visits, List<Led> orders) {
    /**
     * A visit as it is seen now.
     *
     * @param cart what was left in it; empty while there is nothing to tell
     */
    record Seen(Stay stay, Step reached, boolean closed, boolean settled, Optional<Cart> cart) {
        /** Whether its record on the channel has the same key. */
        boolean isOf(Seen other) {
            return stay.start() == other.stay.start() && stay.source().equals(other.stay.source());
        }
    }

    /** @param stay {@code null} where no visit is known */
    record Led(Ordered order, Stay stay) {}

    static Outcome of(Visitor visitor, AnalyticsConfig config) {
        var orders = new ArrayList<Led>(visitor.orders().size());
        visitor.orders().forEach(order -> orders.add(new Led(order, leadingTo(order, visitor.stays()))));
        var visits = new ArrayList<Seen>(visitor.stays().size());
        for (var stay : visitor.stays()) {
            visits.add(seen(stay, visitor, orders, config));
        }
        return new Outcome(visits, orders);
    }

    private static Seen seen(Stay stay, Visitor visitor, List<Led> orders, AnalyticsConfig config) {
        var clock = visitor.pace(stay.source()).clock();
        var over = stay.end() + config.visitGap().toMillis();
        var reached = stay.reached();
        for (var led : orders) {
            if (Objects.equals(led.stay, stay) && millis(led.order) <= over) {
                reached = Step.ORDER;
            }
        }
        var cart = stay.changes().isEmpty()
                ? Optional.<Cart>empty()
                : Cart.of(stay, visitor.lastOrder())
                        .filter(left -> clock
                                >= left.changedAt() + config.cartPatience().toMillis());
        return new Seen(
                stay, reached, clock >= over, clock >= over + config.grace().toMillis(), cart);
    }

    /** The latest that began before the order was placed; {@code null} where there is none. */
    static Stay leadingTo(Ordered order, List<Stay> stays) {
        Stay latest = null;
        for (var stay : stays) {
            if (stay.start() <= millis(order) && (latest == null || later(stay, latest))) {
                latest = stay;
            }
        }
        return latest;
    }

    private static boolean later(Stay one, Stay other) {
        return one.start() == other.start() ? one.source().compareTo(other.source()) < 0 : one.start() > other.start();
    }

    private static long millis(Ordered order) {
        return order.timestamp().toEpochMilli();
    }
}

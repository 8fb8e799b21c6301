package millrace.analytics.visit;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import millrace.analytics.stream.AnalyticsConfig;
import millrace.analytics.stream.Window;
import millrace.analytics.visit.Deed.Ordered;
import millrace.events.AbandonedCart;
import millrace.events.OrderAttribution;
import millrace.events.Visit;
import millrace.events.Visit.Step;

/**
 * What there is to tell of a visitor: a function of what was done and how far the clocks are, whatever the order in which
 * it was learned. Clicks and orders come through different partitions, and a replay reads them at different speeds.
 *
 * @param visits by key of the channel, as are the others
 * @param funnel source, hour and campaign → how many visits reached each step
 */
record Outcome(
        Map<String, Visit> visits,
        Map<String, AbandonedCart> carts,
        Map<String, OrderAttribution> orders,
        Map<Place, long[]> funnel) {
    private static final String NO_CAMPAIGN = "none";

    /** Where a visit counts. */
    record Place(String source, String key) {}

    static Outcome of(String name, Visitor visitor, AnalyticsConfig config) {
        var outcome = new Outcome(new HashMap<>(), new HashMap<>(), new HashMap<>(), new HashMap<>());
        var led = new HashMap<Stay, Step>();
        for (var order : visitor.orders()) {
            var stay = leadingTo(order, visitor.stays());
            outcome.orders.put(order.orderId(), attribution(order, name, stay));
            if (stay != null && millis(order) <= stay.end() + config.visitGap().toMillis()) {
                led.put(stay, Step.ORDER);
            }
        }
        for (var stay : visitor.stays()) {
            outcome.add(name, stay, led.getOrDefault(stay, stay.reached()), visitor, config);
        }
        return outcome;
    }

    /** An order whose visitor nobody knows. */
    static OrderAttribution attribution(Ordered order) {
        return attribution(order, null, null);
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

    private void add(String name, Stay stay, Step reached, Visitor visitor, AnalyticsConfig config) {
        var start = Instant.ofEpochMilli(stay.start());
        var key = Window.key(start, stay.source(), name);
        var clock = visitor.pace(stay.source()).clock();
        visits.put(key, visit(name, stay, start, reached, clock, config));
        var campaign =
                stay.landing() == null ? NO_CAMPAIGN : stay.landing().campaign().name();
        var counts = funnel.computeIfAbsent(
                new Place(stay.source(), Window.key(Window.hour(start), campaign)),
                place -> new long[Step.values().length]);
        for (var step = 0; step <= reached.ordinal(); step++) {
            counts[step]++;
        }
        if (!stay.changes().isEmpty()) {
            Cart.of(stay, visitor.lastOrder())
                    .filter(cart ->
                            clock >= cart.changedAt() + config.cartPatience().toMillis())
                    .ifPresent(cart -> carts.put(key, cart.abandoned(start, stay.source(), name)));
        }
    }

    private static Visit visit(
            String name, Stay stay, Instant start, Step reached, long clock, AnalyticsConfig config) {
        var over = stay.end() + config.visitGap().toMillis();
        return new Visit(
                start,
                Instant.ofEpochMilli(stay.end()),
                stay.source(),
                name,
                stay.views(),
                stay.actions(),
                stay.first() == null ? null : stay.first().path(),
                stay.last() == null ? null : stay.last().path(),
                stay.first() == null ? null : stay.first().referrer(),
                stay.landing() == null ? null : stay.landing().campaign(),
                stay.device(),
                reached,
                stay.views() + stay.actions() == 1,
                clock >= over,
                clock >= over + config.grace().toMillis());
    }

    private static OrderAttribution attribution(Ordered order, String visitor, Stay stay) {
        return new OrderAttribution(
                order.orderId(),
                order.source(),
                order.timestamp(),
                order.country(),
                order.currency(),
                order.totalMinor(),
                visitor,
                stay == null ? null : led(stay));
    }

    private static OrderAttribution.Led led(Stay stay) {
        return new OrderAttribution.Led(
                Instant.ofEpochMilli(stay.start()),
                stay.source(),
                stay.first() == null ? null : stay.first().path(),
                stay.first() == null ? null : stay.first().referrer(),
                stay.landing() == null ? null : stay.landing().campaign(),
                stay.device());
    }

    private static long millis(Ordered order) {
        return order.timestamp().toEpochMilli();
    }
}

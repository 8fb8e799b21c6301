package millrace.feed;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Visits of one visitor and what they led to. Events may come in any order as long as none is older than the watermark.
 * Kept are the visits, orders and carts that a later event may still change; all others are only numbers.
 */
final class VisitorJourney {
    static final String NO_CAMPAIGN = "none";

    private static final Duration SESSION_GAP = Duration.ofMinutes(30);

    /** A cart is certain to be told of so long after its last change; no visit is closed earlier. */
    private static final Duration CLOSED_AFTER = Duration.ofHours(1);

    private static final int ORDER = 5;

    private final List<Visit> open = new ArrayList<>();
    private final List<Instant> unattributedOrders = new ArrayList<>();
    private Instant lastOrder = Instant.MIN;
    private Optional<String> lastClosedCampaign = Optional.empty();

    /** Carts of closed visits; the next order empties them. */
    private final Map<String, Long> abandonedItems = new TreeMap<>();

    private long abandonedCarts;

    /** One addition to a cart. */
    private record CartAddition(Instant time, String product, long quantity) {}

    /** A stretch of clicks with no gap. */
    private static final class Visit {
        private Instant first;
        private Instant last;
        private int step;
        private long orders;
        private Instant campaignAt = Instant.MAX;
        private String campaign = NO_CAMPAIGN;
        private final Map<String, Long> finalItems = new TreeMap<>();
        private final List<CartAddition> additions = new ArrayList<>();
        private Instant changedAt = Instant.MIN;

        Visit(Instant time) {
            first = time;
            last = time;
        }

        boolean includes(Instant time) {
            return !time.isBefore(first.minus(SESSION_GAP)) && !time.isAfter(last.plus(SESSION_GAP));
        }

        void merge(Visit other) {
            first = other.first.isBefore(first) ? other.first : first;
            last = other.last.isAfter(last) ? other.last : last;
            step = Math.max(step, other.step);
            orders += other.orders;
            attribute(other.campaignAt, other.campaign);
            other.finalItems.forEach((product, pieces) -> finalItems.merge(product, pieces, Long::sum));
            additions.addAll(other.additions);
            changedAt = later(changedAt, other.changedAt);
        }

        void attribute(Instant time, String name) {
            if (time.isBefore(campaignAt)) {
                campaignAt = time;
                campaign = name;
            }
        }

        /** Forgets what was put into the cart until then. Settled additions are older than any order that comes. */
        void ordered(Instant time) {
            finalItems.clear();
            additions.removeIf(addition -> !addition.time().isAfter(time));
            changedAt = additions.stream().map(CartAddition::time).reduce(Instant.MIN, VisitorJourney::later);
        }

        void advanceWatermark(Instant watermark) {
            additions.removeIf(addition -> {
                var isFinal = addition.time().isBefore(watermark);
                if (isFinal) {
                    finalItems.merge(addition.product(), addition.quantity(), Long::sum);
                }
                return isFinal;
            });
        }
    }

    /** @param click of a page, a screen or an action */
    void clicked(Instant time, JsonNode click) {
        var visit = new Visit(time);
        var event = click.path("event").asText();
        visit.step = step(event);
        var name = click.at("/context/campaign/name").asText();
        if (!name.isEmpty()) {
            visit.attribute(time, name);
        }
        if (event.equals("Product Added") && time.isAfter(lastOrder)) {
            var properties = click.path("properties");
            visit.additions.add(new CartAddition(
                    time,
                    properties.path("product_id").asText(),
                    properties.path("quantity").asLong()));
            visit.changedAt = time;
        }
        open(visit);
    }

    /** An order that is accepted. */
    void ordered(Instant time) {
        unattributedOrders.add(time);
        lastOrder = later(lastOrder, time);
        open.forEach(visit -> visit.ordered(lastOrder));
        abandonedItems.clear();
        abandonedCarts = 0;
    }

    /** Closes what no event from the watermark on can change. */
    void advanceWatermark(Instant watermark, Totals totals) {
        unattributedOrders.removeIf(order -> order.isBefore(watermark) && attributeOrder(order, totals));
        open.forEach(visit -> visit.advanceWatermark(watermark));
        close(watermark.minus(CLOSED_AFTER), Instant.MAX, totals);
    }

    /** Closes everything: no event comes any more. Carts that were changed from then on are left out. */
    void end(Instant cartsBefore, Totals totals) {
        unattributedOrders.removeIf(order -> attributeOrder(order, totals));
        open.forEach(visit -> visit.advanceWatermark(Instant.MAX));
        close(Instant.MAX, cartsBefore, totals);
        totals.carts += abandonedCarts;
        abandonedItems.forEach((product, pieces) -> totals.items.merge(product, pieces, Long::sum));
        abandonedItems.clear();
        abandonedCarts = 0;
    }

    /** How many visits a later event may still change. */
    int size() {
        return open.size() + unattributedOrders.size();
    }

    /** Joins it with all visits that it touches. */
    private void open(Visit visit) {
        for (Iterator<Visit> others = open.iterator(); others.hasNext(); ) {
            var other = others.next();
            if (other.includes(visit.first) || other.includes(visit.last)) {
                other.merge(visit);
                visit = other;
                others.remove();
            }
        }
        open.add(visit);
    }

    /** Counts it for the last visit that began before it, however long ago. */
    private boolean attributeOrder(Instant order, Totals totals) {
        var visit = open.stream()
                .filter(other -> !other.first.isAfter(order))
                .reduce((one, other) -> one.first.isAfter(other.first) ? one : other);
        if (visit.isEmpty()) {
            totals.ordersPerCampaign.merge(lastClosedCampaign.orElse(NO_CAMPAIGN), 1L, Long::sum);
            return true;
        }
        visit.get().orders++;
        if (!order.isAfter(visit.get().last.plus(SESSION_GAP))) {
            visit.get().step = ORDER;
        }
        return true;
    }

    private void close(Instant endedBefore, Instant cartsBefore, Totals totals) {
        var closed =
                open.stream().filter(visit -> visit.last.isBefore(endedBefore)).toList();
        for (var visit : closed) {
            totals.funnel.merge(visit.campaign, FunnelCounts.of(visit.step), FunnelCounts::plus);
            if (visit.orders > 0) {
                totals.ordersPerCampaign.merge(visit.campaign, visit.orders, Long::sum);
            }
            if (!visit.finalItems.isEmpty() && visit.changedAt.isBefore(cartsBefore)) {
                abandonedCarts++;
                visit.finalItems.forEach((product, pieces) -> abandonedItems.merge(product, pieces, Long::sum));
            }
        }
        closed.stream()
                .reduce((one, other) -> one.first.isAfter(other.first) ? one : other)
                .ifPresent(visit -> lastClosedCampaign = Optional.of(visit.campaign));
        open.removeAll(closed);
    }

    /** Of those that simulated shoppers do; 1 is a visit. */
    private static int step(String event) {
        return switch (event) {
            case "Product Viewed" -> 2;
            case "Product Added" -> 3;
            case "Checkout Started" -> 4;
            default -> 1;
        };
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }

    /** Sums over all visits that are closed. */
    static final class Totals {
        final Map<String, FunnelCounts> funnel = new TreeMap<>();
        final Map<String, Long> ordersPerCampaign = new TreeMap<>();
        final Map<String, Long> items = new TreeMap<>();
        long carts;
    }
}

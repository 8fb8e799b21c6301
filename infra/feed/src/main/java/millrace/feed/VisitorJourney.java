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
 * Visits of one visitor and the orders attributed to them. Events may be added in any order, but none may be older than
 * the watermark. It holds the visits, orders and carts that a later event can still change; closed ones are only added
 * to the totals.
 */
final class VisitorJourney {
    static final String NO_CAMPAIGN = "none";

    private static final Duration SESSION_GAP = Duration.ofMinutes(30);

    /** Event time after which a cart is certainly abandoned; no visit is closed earlier. */
    private static final Duration CLOSED_AFTER = Duration.ofHours(1);

    private static final int ORDER = 5;

    private final List<Visit> open = new ArrayList<>();
    private final List<Instant> unattributedOrders = new ArrayList<>();
    private Instant lastOrder = Instant.MIN;
    private Optional<String> lastClosedCampaign = Optional.empty();

    /** Items in the carts of closed visits; the next order removes them. */
    private final Map<String, Long> abandonedItems = new TreeMap<>();

    private long abandonedCarts;

    /** Product that was added to the cart. */
    private record CartAddition(Instant time, String product, long quantity) {}

    /** Clicks with no gap longer than the session gap. */
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

        /**
         * Removes the items that were added up to the time of an order. Final items are always older than the order.
         */
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

    /** @param click view of a page, view of a screen, or action */
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

    /** Adds an order that is accepted. */
    void ordered(Instant time) {
        unattributedOrders.add(time);
        lastOrder = later(lastOrder, time);
        open.forEach(visit -> visit.ordered(lastOrder));
        abandonedItems.clear();
        abandonedCarts = 0;
    }

    /** Closes all visits and attributes all orders that no event at or after the watermark can change. */
    void advanceWatermark(Instant watermark, VisitTotals totals) {
        unattributedOrders.removeIf(order -> order.isBefore(watermark) && attributeOrder(order, totals));
        open.forEach(visit -> visit.advanceWatermark(watermark));
        close(watermark.minus(CLOSED_AFTER), Instant.MAX, totals);
    }

    /** Closes all visits at the end of the input. Carts changed at or after {@code cartsBefore} are not counted. */
    void end(Instant cartsBefore, VisitTotals totals) {
        unattributedOrders.removeIf(order -> attributeOrder(order, totals));
        open.forEach(visit -> visit.advanceWatermark(Instant.MAX));
        close(Instant.MAX, cartsBefore, totals);
        totals.carts += abandonedCarts;
        abandonedItems.forEach((product, pieces) -> totals.items.merge(product, pieces, Long::sum));
        abandonedItems.clear();
        abandonedCarts = 0;
    }

    /** Returns the number of visits and orders that a later event can still change. */
    int size() {
        return open.size() + unattributedOrders.size();
    }

    /** Adds a visit and merges it with all visits within the session gap. */
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

    /** Attributes an order to the last visit that began before it, without a time limit. */
    private boolean attributeOrder(Instant order, VisitTotals totals) {
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

    private void close(Instant endedBefore, Instant cartsBefore, VisitTotals totals) {
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

    /** Returns the funnel step of an event of a simulated shopper; 1 is a visit. */
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

    /** Totals of all closed visits. */
    static final class VisitTotals {
        final Map<String, FunnelCounts> funnel = new TreeMap<>();
        final Map<String, Long> ordersPerCampaign = new TreeMap<>();
        final Map<String, Long> items = new TreeMap<>();
        long carts;
    }
}

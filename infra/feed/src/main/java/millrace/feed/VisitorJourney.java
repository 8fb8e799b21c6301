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
final class Journey {
    static final String NO_CAMPAIGN = "none";

    private static final Duration GAP = Duration.ofMinutes(30);

    /** A cart is certain to be told of so long after its last change; no visit is closed earlier. */
    private static final Duration OPEN = Duration.ofHours(1);

    private static final int ORDER = 5;

    private final List<Visit> open = new ArrayList<>();
    private final List<Instant> unresolvedOrders = new ArrayList<>();
    private Instant lastOrder = Instant.MIN;
    private Optional<String> lastClosedCampaign = Optional.empty();

    /** Carts of closed visits; the next order empties them. */
    private final Map<String, Long> leftItems = new TreeMap<>();

    private long leftCarts;

    /** One addition to a cart. */
    private record Addition(Instant time, String product, long quantity) {}

    /** A stretch of clicks with no gap. */
    private static final class Visit {
        private Instant first;
        private Instant last;
        private int step;
        private long orders;
        private Instant campaignAt = Instant.MAX;
        private String campaign = NO_CAMPAIGN;
        private final Map<String, Long> settledItems = new TreeMap<>();
        private final List<Addition> additions = new ArrayList<>();
        private Instant changedAt = Instant.MIN;

        Visit(Instant time) {
            first = time;
            last = time;
        }

        boolean isJoinedAt(Instant time) {
            return !time.isBefore(first.minus(GAP)) && !time.isAfter(last.plus(GAP));
        }

        void merge(Visit other) {
            first = other.first.isBefore(first) ? other.first : first;
            last = other.last.isAfter(last) ? other.last : last;
            step = Math.max(step, other.step);
            orders += other.orders;
            name(other.campaignAt, other.campaign);
            other.settledItems.forEach((product, pieces) -> settledItems.merge(product, pieces, Long::sum));
            additions.addAll(other.additions);
            changedAt = later(changedAt, other.changedAt);
        }

        void name(Instant time, String name) {
            if (time.isBefore(campaignAt)) {
                campaignAt = time;
                campaign = name;
            }
        }

        /** Forgets what was put into the cart until then. Settled additions are older than any order that comes. */
        void ordered(Instant time) {
            settledItems.clear();
            additions.removeIf(addition -> !addition.time().isAfter(time));
            changedAt = additions.stream().map(Addition::time).reduce(Instant.MIN, Journey::later);
        }

        void settle(Instant watermark) {
            additions.removeIf(addition -> {
                var isSettled = addition.time().isBefore(watermark);
                if (isSettled) {
                    settledItems.merge(addition.product(), addition.quantity(), Long::sum);
                }
                return isSettled;
            });
        }
    }

    /** @param click of a page, a screen or an action */
    void did(Instant time, JsonNode click) {
        var visit = new Visit(time);
        var event = click.path("event").asText();
        visit.step = step(event);
        var name = click.at("/context/campaign/name").asText();
        if (!name.isEmpty()) {
            visit.name(time, name);
        }
        if (event.equals("Product Added") && time.isAfter(lastOrder)) {
            var thing = click.path("properties");
            visit.additions.add(new Addition(
                    time,
                    thing.path("product_id").asText(),
                    thing.path("quantity").asLong()));
            visit.changedAt = time;
        }
        open(visit);
    }

    /** An order that is accepted. */
    void ordered(Instant time) {
        unresolvedOrders.add(time);
        lastOrder = later(lastOrder, time);
        open.forEach(visit -> visit.ordered(lastOrder));
        leftItems.clear();
        leftCarts = 0;
    }

    /** Closes what no event from the watermark on can change. */
    void settle(Instant watermark, Totals totals) {
        unresolvedOrders.removeIf(order -> order.isBefore(watermark) && resolve(order, totals));
        open.forEach(visit -> visit.settle(watermark));
        close(watermark.minus(OPEN), Instant.MAX, totals);
    }

    /** Closes everything: no event comes any more. Carts that were changed from then on are left out. */
    void end(Instant cartsBefore, Totals totals) {
        unresolvedOrders.removeIf(order -> resolve(order, totals));
        open.forEach(visit -> visit.settle(Instant.MAX));
        close(Instant.MAX, cartsBefore, totals);
        totals.carts += leftCarts;
        leftItems.forEach((product, pieces) -> totals.items.merge(product, pieces, Long::sum));
        leftItems.clear();
        leftCarts = 0;
    }

    /** How many visits a later event may still change. */
    int size() {
        return open.size() + unresolvedOrders.size();
    }

    /** Joins it with all visits that it touches. */
    private void open(Visit visit) {
        for (Iterator<Visit> others = open.iterator(); others.hasNext(); ) {
            var other = others.next();
            if (other.isJoinedAt(visit.first) || other.isJoinedAt(visit.last)) {
                other.merge(visit);
                visit = other;
                others.remove();
            }
        }
        open.add(visit);
    }

    /** Counts it for the last visit that began before it, however long ago. */
    private boolean resolve(Instant order, Totals totals) {
        var visit = open.stream()
                .filter(other -> !other.first.isAfter(order))
                .reduce((one, other) -> one.first.isAfter(other.first) ? one : other);
        if (visit.isEmpty()) {
            totals.ordersPerCampaign.merge(lastClosedCampaign.orElse(NO_CAMPAIGN), 1L, Long::sum);
            return true;
        }
        visit.get().orders++;
        if (!order.isAfter(visit.get().last.plus(GAP))) {
            visit.get().step = ORDER;
        }
        return true;
    }

    private void close(Instant endedBefore, Instant cartsBefore, Totals totals) {
        var closed =
                open.stream().filter(visit -> visit.last.isBefore(endedBefore)).toList();
        for (var visit : closed) {
            totals.funnel.merge(visit.campaign, Funnel.of(visit.step), Funnel::plus);
            if (visit.orders > 0) {
                totals.ordersPerCampaign.merge(visit.campaign, visit.orders, Long::sum);
            }
            if (!visit.settledItems.isEmpty() && visit.changedAt.isBefore(cartsBefore)) {
                leftCarts++;
                visit.settledItems.forEach((product, pieces) -> leftItems.merge(product, pieces, Long::sum));
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
        final Map<String, Funnel> funnel = new TreeMap<>();
        final Map<String, Long> ordersPerCampaign = new TreeMap<>();
        final Map<String, Long> items = new TreeMap<>();
        long carts;
    }
}

package millrace.feed;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import millrace.feed.Planned.Fate;

/** Counts what was sent, by the rules that the services have to follow and with none of their code. */
final class Expected {
    private static final Duration VISIT_GAP = Duration.ofMinutes(30);

    private final Plan plan;
    private final Map<Fate, Long> fates = new EnumMap<>(Fate.class);
    private final Map<String, Long> pageViews = new TreeMap<>();
    private final Map<Instant, Long> pageViewsPerHour = new TreeMap<>();
    private final Map<String, TreeSet<Instant>> viewsOfVisitors = new HashMap<>();
    private final Map<String, Long> leftOfOrders = new HashMap<>();
    private final Map<String, Long> revenueMinor = new TreeMap<>();
    private final Map<String, Long> unitsPerProduct = new TreeMap<>();
    private Instant last;
    private long ordersRejected;
    private long ordersCancelled;
    private long refundsCount;
    private long refundedMinor;
    private long refundsRefused;
    private long rejectedOrders;

    Expected(Plan plan) {
        this.plan = plan;
        last = plan.time().apply(0);
    }

    /** Counts a message that was delivered. */
    void add(Planned planned) {
        var message = planned.message();
        fates.merge(planned.fate(), 1L, Long::sum);
        if (planned.counts()) {
            var time = Instant.parse(message.body().path("timestamp").asText());
            last = time.isAfter(last) ? time : last;
            count(message, time);
        } else if (planned.fate() == Fate.MALFORMED && message.kind() == Message.Kind.ORDER) {
            rejectedOrders++;
        }
    }

    private void count(Message message, Instant time) {
        var body = message.body();
        switch (message.kind()) {
            case ORDER -> order(body);
            case CLICK -> {
                switch (body.path("event").asText(body.path("type").asText())) {
                    case "page" -> view(body, time);
                    case "Order Refunded" -> refund(body.path("properties"));
                    case "Order Cancelled" -> ordersCancelled++;
                    default -> {
                        // Nothing is counted of it.
                    }
                }
            }
        }
    }

    private void view(JsonNode page, Instant time) {
        pageViews.merge(page.at("/properties/path").asText(), 1L, Long::sum);
        pageViewsPerHour.merge(time.truncatedTo(ChronoUnit.HOURS), 1L, Long::sum);
        viewsOfVisitors
                .computeIfAbsent(page.path("anonymousId").asText(), visitor -> new TreeSet<>())
                .add(time);
    }

    private void order(JsonNode order) {
        var total = 0L;
        for (var line : order.path("lines")) {
            if (line.path("quantity").asLong() < 1) {
                ordersRejected++;
                return;
            }
            total += line.path("quantity").asLong() * minor(line.path("unitPrice"));
        }
        leftOfOrders.put(order.path("orderId").asText(), total);
        revenueMinor.merge(order.path("country").asText(), total, Long::sum);
        order.path("lines")
                .forEach(line -> unitsPerProduct.merge(
                        line.path("productId").asText(), line.path("quantity").asLong(), Long::sum));
    }

    private void refund(JsonNode refund) {
        var amount = minor(refund.path("total"));
        var order = refund.path("order_id").asText();
        if (amount > leftOfOrders.get(order)) {
            refundsRefused++;
        } else {
            leftOfOrders.merge(order, -amount, Long::sum);
            refundsCount++;
            refundedMinor += amount;
        }
    }

    private static long minor(JsonNode amount) {
        return new BigDecimal(amount.asText()).movePointRight(2).longValueExact();
    }

    /** What has to come out of everything that was added. */
    Aggregates aggregates() {
        return new Aggregates(
                plan.name(),
                plan.time().apply(0).truncatedTo(ChronoUnit.HOURS),
                last.truncatedTo(ChronoUnit.HOURS).plus(Duration.ofHours(1)),
                Purchase.CURRENCY,
                pageViews,
                pageViewsPerHour,
                viewsOfVisitors.values().stream().mapToLong(Expected::visits).sum(),
                leftOfOrders.size(),
                ordersRejected,
                ordersCancelled,
                revenueMinor,
                unitsPerProduct,
                refundsCount,
                refundedMinor,
                refundsRefused,
                fate(Fate.MALFORMED) - rejectedOrders,
                rejectedOrders,
                fate(Fate.LATE),
                fate(Fate.OUT_OF_ORDER),
                fate(Fate.DUPLICATE));
    }

    private long fate(Fate fate) {
        return fates.getOrDefault(fate, 0L);
    }

    private static long visits(Collection<Instant> inOrder) {
        var visits = 0L;
        Instant before = null;
        for (var view : inOrder) {
            if (before == null || Duration.between(before, view).compareTo(VISIT_GAP) > 0) {
                visits++;
            }
            before = view;
        }
        return visits;
    }
}

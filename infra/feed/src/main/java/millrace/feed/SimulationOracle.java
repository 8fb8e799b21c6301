package millrace.feed;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import millrace.feed.SimulatedMessage.Disposition;

/** Computes the expected results of a simulation. It follows the rules of the services and shares no code with them. */
final class SimulationOracle {
    /**
     * A cart is abandoned 30 minutes after its last change; the watermark of every partition is at most another 30
     * minutes behind.
     */
    private static final Duration CART_ABANDONED_AFTER = Duration.ofHours(1);

    /** Number of events between two advances of the watermark. */
    private static final int ADVANCE_EVERY = 1_000;

    private final SimulationPlan plan;
    private final Map<Disposition, Long> dispositions = new EnumMap<>(Disposition.class);
    private final Map<String, Long> pageViews = new TreeMap<>();
    private final Map<Instant, Long> pageViewsPerHour = new TreeMap<>();
    private final ExpectedSales sales = new ExpectedSales();
    private final VisitorJourneys journeys = new VisitorJourneys();
    private final Map<String, Long> viewsPerProduct = new TreeMap<>();
    private final Map<String, Long> cartedPerProduct = new TreeMap<>();
    private Instant last;
    private long added;
    private long rejectedOrders;

    SimulationOracle(SimulationPlan plan) {
        this.plan = plan;
        last = plan.time().apply(0);
    }

    /** Counts a message that was delivered. */
    void add(SimulatedMessage simulated) {
        var message = simulated.message();
        dispositions.merge(simulated.disposition(), 1L, Long::sum);
        if (simulated.counts()) {
            var time = Instant.parse(message.body().path("timestamp").asText());
            last = time.isAfter(last) ? time : last;
            count(message, time);
        } else if (simulated.disposition() == Disposition.MALFORMED && message.kind() == FeedMessage.Kind.ORDER) {
            rejectedOrders++;
        }
        if (++added % ADVANCE_EVERY == 0) {
            journeys.advanceWatermark(plan.time().apply(Math.max(0, added - ShopperSimulation.MAX_DELAY)));
        }
    }

    /** Returns the number of open visits and orders in memory; it does not grow with the number of events. */
    int size() {
        return journeys.size();
    }

    private void count(FeedMessage message, Instant time) {
        var body = message.body();
        switch (message.kind()) {
            case CLICK -> click(body, time);
            case ORDER -> {
                if (sales.order(body)) {
                    journeys.ordered(time, body);
                }
            }
        }
    }

    private void click(JsonNode click, Instant time) {
        switch (click.path("type").asText()) {
            case "page" -> {
                pageViews.merge(click.at("/properties/path").asText(), 1L, Long::sum);
                pageViewsPerHour.merge(time.truncatedTo(ChronoUnit.HOURS), 1L, Long::sum);
                journeys.clicked(time, click);
            }
            case "screen" -> journeys.clicked(time, click);
            case "track" -> track(click, time);
            default -> {
                // Events about a visitor, such as identify, are no activity of a visit.
            }
        }
    }

    private void track(JsonNode action, Instant time) {
        var properties = action.path("properties");
        switch (action.path("event").asText()) {
            case "Order Refunded" -> sales.refund(properties);
            case "Order Cancelled" -> sales.cancel(properties);
            case "Product Viewed" -> {
                viewsPerProduct.merge(properties.path("product_id").asText(), 1L, Long::sum);
                journeys.clicked(time, action);
            }
            case "Product Added" -> {
                cartedPerProduct.merge(
                        properties.path("product_id").asText(),
                        properties.path("quantity").asLong(),
                        Long::sum);
                journeys.clicked(time, action);
            }
            default -> journeys.clicked(time, action);
        }
    }

    /** Returns the expected results for all messages that were added. */
    ExpectedAggregates aggregates() {
        var cartsBefore = last.minus(CART_ABANDONED_AFTER);
        var visits = journeys.end(cartsBefore);
        var funnel = visits.funnel;
        return new ExpectedAggregates(
                plan.name(),
                plan.time().apply(0).truncatedTo(ChronoUnit.HOURS),
                last.truncatedTo(ChronoUnit.HOURS).plus(Duration.ofHours(1)),
                Purchase.CURRENCY,
                pageViews,
                pageViewsPerHour,
                funnel.values().stream().mapToLong(FunnelCounts::visits).sum(),
                funnel,
                visits.ordersPerCampaign,
                sales.ordersAccepted(),
                sales.ordersRejected,
                sales.ordersCancelled,
                sales.revenueMinor,
                viewsPerProduct,
                cartedPerProduct,
                sales.unitsPerProduct,
                cartsBefore,
                visits.carts,
                visits.items,
                sales.refundsCount,
                sales.refundedMinor,
                sales.refundsRefused,
                disposition(Disposition.MALFORMED) - rejectedOrders,
                rejectedOrders,
                disposition(Disposition.LATE),
                disposition(Disposition.OUT_OF_ORDER),
                disposition(Disposition.DUPLICATE));
    }

    private long disposition(Disposition disposition) {
        return dispositions.getOrDefault(disposition, 0L);
    }
}

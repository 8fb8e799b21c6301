package millrace.feed;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import millrace.feed.Planned.Fate;

/** Counts what was sent, by the rules that the services have to follow and with none of their code. */
final class Expected {
    /** The patience for a cart, and as long again, in which time comes to be as late in every partition. */
    private static final Duration CARTS_ARE_TOLD_AFTER = Duration.ofHours(1);

    /** What can change no more is closed every so many events. */
    private static final int SETTLE_EVERY = 1_000;

    private final Plan plan;
    private final Map<Fate, Long> fates = new EnumMap<>(Fate.class);
    private final Map<String, Long> pageViews = new TreeMap<>();
    private final Map<Instant, Long> pageViewsPerHour = new TreeMap<>();
    private final Sales sales = new Sales();
    private final Journeys journeys = new Journeys();
    private final Map<String, Long> viewsPerProduct = new TreeMap<>();
    private final Map<String, Long> cartedPerProduct = new TreeMap<>();
    private Instant last;
    private long added;
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
        if (++added % SETTLE_EVERY == 0) {
            journeys.settle(plan.time().apply(Math.max(0, added - Crowd.LONGEST_DELAY)));
        }
    }

    /** Visits and orders that are kept, which does not grow with the number of events. */
    int size() {
        return journeys.size();
    }

    private void count(Message message, Instant time) {
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
                journeys.did(time, click);
            }
            case "screen" -> journeys.did(time, click);
            case "track" -> track(click, time);
            default -> {
                // What is said about a visitor is nothing that was done on a visit.
            }
        }
    }

    private void track(JsonNode action, Instant time) {
        var thing = action.path("properties");
        switch (action.path("event").asText()) {
            case "Order Refunded" -> sales.refund(thing);
            case "Order Cancelled" -> sales.cancel(thing);
            case "Product Viewed" -> {
                viewsPerProduct.merge(thing.path("product_id").asText(), 1L, Long::sum);
                journeys.did(time, action);
            }
            case "Product Added" -> {
                cartedPerProduct.merge(
                        thing.path("product_id").asText(),
                        thing.path("quantity").asLong(),
                        Long::sum);
                journeys.did(time, action);
            }
            default -> journeys.did(time, action);
        }
    }

    /** What has to come out of everything that was added. */
    Aggregates aggregates() {
        var cartsBefore = last.minus(CARTS_ARE_TOLD_AFTER);
        var visits = journeys.end(cartsBefore);
        var funnel = visits.funnel;
        return new Aggregates(
                plan.name(),
                plan.time().apply(0).truncatedTo(ChronoUnit.HOURS),
                last.truncatedTo(ChronoUnit.HOURS).plus(Duration.ofHours(1)),
                Purchase.CURRENCY,
                pageViews,
                pageViewsPerHour,
                funnel.values().stream().mapToLong(Funnel::visits).sum(),
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
                fate(Fate.MALFORMED) - rejectedOrders,
                rejectedOrders,
                fate(Fate.LATE),
                fate(Fate.OUT_OF_ORDER),
                fate(Fate.DUPLICATE));
    }

    private long fate(Fate fate) {
        return fates.getOrDefault(fate, 0L);
    }
}

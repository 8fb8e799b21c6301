package millrace.feed;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.summingLong;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Recounts the accepted events from their JSON alone, by the simplest algorithm. */
final class DeliveredEventsRecount {
    private static final Duration ALLOWED_LATENESS = Duration.ofHours(24);

    final List<JsonNode> clicks = new ArrayList<>();
    final List<JsonNode> views = new ArrayList<>();
    final List<JsonNode> orders = new ArrayList<>();
    final List<JsonNode> cancellations = new ArrayList<>();
    final List<JsonNode> refunds = new ArrayList<>();
    int late;
    int repeated;

    DeliveredEventsRecount(List<JsonNode> accepted) {
        var ids = new HashSet<String>();
        var clocks = new HashMap<String, Instant>();
        for (var event : accepted) {
            var visitor = event.path("anonymousId").asText(event.path("orderId").asText());
            var clock = clocks.merge(visitor, time(event), (one, other) -> one.isAfter(other) ? one : other);
            if (time(event).isBefore(clock.minus(ALLOWED_LATENESS))) {
                late++;
            } else if (!ids.add(
                    event.path("messageId").asText(event.path("orderId").asText()))) {
                repeated++;
            } else {
                sort(event);
            }
        }
    }

    private void sort(JsonNode event) {
        if (event.has("orderId")) {
            orders.add(event);
        } else if (event.path("event").asText().equals("Order Refunded")) {
            refunds.add(event);
        } else if (event.path("event").asText().equals("Order Cancelled")) {
            cancellations.add(event);
        } else {
            clicks.add(event);
        }
        if (event.path("type").asText().equals("page")) {
            views.add(event);
        }
    }

    Map<String, Long> views(Function<JsonNode, String> by) {
        return views.stream().collect(groupingBy(by, counting()));
    }

    DeliveredVisitsRecount visits() {
        return new DeliveredVisitsRecount(clicks, ordersWhere(true));
    }

    /** Returns by product the number of these events, or the sum of one of their fields. */
    Map<String, Long> sumPerProduct(String event, String number) {
        return clicks.stream()
                .filter(click -> click.path("event").asText().equals(event))
                .collect(groupingBy(
                        click -> click.at("/properties/product_id").asText(),
                        summingLong(click -> click.at("/properties/" + number).asLong(1))));
    }

    List<JsonNode> ordersWhere(boolean acceptable) {
        return orders.stream()
                .filter(order -> acceptable
                        == lines(order).allMatch(line -> line.path("quantity").asLong() > 0))
                .toList();
    }

    Map<String, Long> revenue(Function<JsonNode, String> by) {
        return ordersWhere(true).stream().collect(groupingBy(by, summingLong(DeliveredEventsRecount::total)));
    }

    Map<String, Long> unitsPerProduct() {
        return ordersWhere(true).stream()
                .flatMap(DeliveredEventsRecount::lines)
                .collect(groupingBy(
                        line -> line.path("productId").asText(),
                        summingLong(line -> line.path("quantity").asLong())));
    }

    /**
     * Returns the amounts of refunds that do not exceed their order, and of cancelled orders. No order has two refunds.
     */
    List<Long> refundsPaid() {
        return Stream.concat(
                        refunds.stream().filter(this::isCovered).map(DeliveredEventsRecount::refunded),
                        cancellations.stream().map(cancelled -> total(orderOf(cancelled))))
                .toList();
    }

    long refundsRefused() {
        return refunds.stream().filter(refund -> !isCovered(refund)).count();
    }

    static Instant time(JsonNode event) {
        return Instant.parse(event.path("timestamp").asText());
    }

    private boolean isCovered(JsonNode refund) {
        return total(orderOf(refund)) >= refunded(refund);
    }

    private JsonNode orderOf(JsonNode track) {
        return orders.stream()
                .filter(order -> order.path("orderId").equals(track.at("/properties/order_id")))
                .findFirst()
                .orElseThrow();
    }

    static long total(JsonNode order) {
        return lines(order)
                .mapToLong(line -> line.path("quantity").asLong() * minor(line.path("unitPrice")))
                .sum();
    }

    static Stream<JsonNode> lines(JsonNode order) {
        return StreamSupport.stream(order.path("lines").spliterator(), false);
    }

    static long refunded(JsonNode refund) {
        return minor(refund.at("/properties/total"));
    }

    static long minor(JsonNode amount) {
        return new BigDecimal(amount.asText()).movePointRight(2).longValueExact();
    }
}

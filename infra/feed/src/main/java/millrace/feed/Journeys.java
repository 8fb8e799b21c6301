package millrace.feed;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Those of all visitors together. */
final class Journeys {
    private final Map<String, Journey> ofVisitors = new HashMap<>();

    void did(Instant time, JsonNode click) {
        of(click).did(time, click);
    }

    void ordered(Instant time, JsonNode order) {
        of(order).ordered(time);
    }

    private Journey of(JsonNode body) {
        return ofVisitors.computeIfAbsent(body.path("anonymousId").asText(), visitor -> new Journey());
    }

    /** By campaign. */
    Map<String, Funnel> funnel() {
        var funnel = new TreeMap<String, Funnel>();
        ofVisitors
                .values()
                .forEach(journey ->
                        journey.funnel().forEach((campaign, counts) -> funnel.merge(campaign, counts, Funnel::plus)));
        return funnel;
    }

    /** How many orders each campaign led to. */
    Map<String, Long> ordersPerCampaign() {
        var orders = new TreeMap<String, Long>();
        ofVisitors
                .values()
                .forEach(journey ->
                        journey.campaignsOfOrders().forEach(campaign -> orders.merge(campaign, 1L, Long::sum)));
        return orders;
    }

    /** Carts without an order whose last change was before then. */
    List<Journey.Cart> cartsLeft(Instant before) {
        return ofVisitors.values().stream()
                .flatMap(journey -> journey.cartsLeft().stream())
                .filter(cart -> cart.changedAt().isBefore(before))
                .toList();
    }
}

package millrace.feed;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** Journeys of all visitors. Their number is bounded by that of the shoppers; each keeps only what may still change. */
final class Journeys {
    private final Map<String, Journey> ofVisitors = new HashMap<>();
    private final Journey.Totals totals = new Journey.Totals();

    void did(Instant time, JsonNode click) {
        of(click).did(time, click);
    }

    void ordered(Instant time, JsonNode order) {
        of(order).ordered(time);
    }

    /** Closes what no event from the watermark on can change. */
    void settle(Instant watermark) {
        ofVisitors.values().forEach(journey -> journey.settle(watermark, totals));
    }

    /** Closes everything; carts that were changed from then on are left out. */
    Journey.Totals end(Instant cartsBefore) {
        ofVisitors.values().forEach(journey -> journey.end(cartsBefore, totals));
        return totals;
    }

    /** Visits and orders that are kept. */
    int size() {
        return ofVisitors.values().stream().mapToInt(Journey::size).sum();
    }

    private Journey of(JsonNode body) {
        return ofVisitors.computeIfAbsent(body.path("anonymousId").asText(), visitor -> new Journey());
    }
}

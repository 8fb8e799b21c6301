package millrace.feed;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** Journeys of all visitors. Their number is bounded by that of the shoppers; each keeps only what may still change. */
final class VisitorJourneys {
    private final Map<String, VisitorJourney> byVisitor = new HashMap<>();
    private final VisitorJourney.Totals totals = new VisitorJourney.Totals();

    void clicked(Instant time, JsonNode click) {
        of(click).clicked(time, click);
    }

    void ordered(Instant time, JsonNode order) {
        of(order).ordered(time);
    }

    /** Closes what no event from the watermark on can change. */
    void advanceWatermark(Instant watermark) {
        byVisitor.values().forEach(journey -> journey.advanceWatermark(watermark, totals));
    }

    /** Closes everything; carts that were changed from then on are left out. */
    VisitorJourney.Totals end(Instant cartsBefore) {
        byVisitor.values().forEach(journey -> journey.end(cartsBefore, totals));
        return totals;
    }

    /** Visits and orders that are kept. */
    int size() {
        return byVisitor.values().stream().mapToInt(VisitorJourney::size).sum();
    }

    private VisitorJourney of(JsonNode body) {
        return byVisitor.computeIfAbsent(body.path("anonymousId").asText(), visitor -> new VisitorJourney());
    }
}

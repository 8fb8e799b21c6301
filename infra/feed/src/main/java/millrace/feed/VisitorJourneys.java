package millrace.feed;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * The journeys of all visitors. Memory is bounded by the number of simulated shoppers, because a journey holds only
 * what can still change.
 */
final class VisitorJourneys {
    private final Map<String, VisitorJourney> byVisitor = new HashMap<>();
    private final VisitorJourney.VisitTotals totals = new VisitorJourney.VisitTotals();

    void clicked(Instant time, JsonNode click) {
        of(click).clicked(time, click);
    }

    void ordered(Instant time, JsonNode order) {
        of(order).ordered(time);
    }

    /** Advances the watermark of all journeys; see {@link VisitorJourney#advanceWatermark}. */
    void advanceWatermark(Instant watermark) {
        byVisitor.values().forEach(journey -> journey.advanceWatermark(watermark, totals));
    }

    /** Closes all visits; carts changed at or after {@code cartsBefore} are not counted. */
    VisitorJourney.VisitTotals end(Instant cartsBefore) {
        byVisitor.values().forEach(journey -> journey.end(cartsBefore, totals));
        return totals;
    }

    /** Returns the number of visits and orders that can still change. */
    int size() {
        return byVisitor.values().stream().mapToInt(VisitorJourney::size).sum();
    }

    private VisitorJourney of(JsonNode body) {
        return byVisitor.computeIfAbsent(body.path("anonymousId").asText(), visitor -> new VisitorJourney());
    }
}

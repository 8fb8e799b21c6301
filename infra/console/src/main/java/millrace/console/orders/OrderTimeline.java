package millrace.console.orders;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.Currency;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Reads the events of orders for the page, as far as it shows them. */
final class OrderTimeline {
    /** Characters of a text that is shown. */
    private static final int LONGEST_TEXT = 500;

    private static final int MOST_REASONS = 20;

    private OrderTimeline() {}

    /**
     * One event.
     *
     * @param type such as {@code OrderPaid}; {@code TransitionRefused} where the order stayed as it was
     * @param amount with its currency: the total, what was paid, or what was paid back with it; empty where the event has
     *     none
     * @param paid true for an order that was paid when it was placed
     * @param reasons of a refusal, rejection or cancellation, and what does not add up
     */
    record Entry(
            String type,
            long version,
            String eventId,
            String causedBy,
            String source,
            String timestamp,
            String receivedAt,
            String amount,
            boolean paid,
            List<String> reasons) {}

    static Entry entry(JsonNode event) {
        return new Entry(
                text(event.path("type")),
                event.path("version").asLong(),
                text(event.path("eventId")),
                text(event.path("causedBy")),
                text(event.path("source")),
                text(event.path("timestamp")),
                text(event.path("receivedAt")),
                amount(event),
                event.path("paid").asBoolean(),
                reasons(event));
    }

    /** An amount of minor units in major units, with its currency: {@code 10.50 GBP}. */
    static String amount(long minor, String currency) {
        return BigDecimal.valueOf(minor, digits(currency)).toPlainString() + " " + currency;
    }

    static String text(JsonNode value) {
        var text = value.isMissingNode() || value.isNull() ? "" : value.asText();
        return text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT) + "…";
    }

    private static String amount(JsonNode event) {
        return Stream.of("amountMinor", "refundedMinor", "totalMinor")
                .map(event::path)
                .filter(JsonNode::isIntegralNumber)
                .findFirst()
                .map(minor -> amount(minor.asLong(), text(event.path("currency"))))
                .orElse("");
    }

    private static List<String> reasons(JsonNode event) {
        return Stream.concat(
                        Stream.of(event.path("reason")).filter(JsonNode::isTextual),
                        Stream.of("reasons", "discrepancies").flatMap(field -> elements(event.path(field))))
                .limit(MOST_REASONS)
                .map(OrderTimeline::text)
                .toList();
    }

    private static Stream<JsonNode> elements(JsonNode array) {
        return array.isArray() ? StreamSupport.stream(array.spliterator(), false) : Stream.empty();
    }

    private static int digits(String currency) {
        try {
            return Math.max(0, Currency.getInstance(currency).getDefaultFractionDigits());
        } catch (IllegalArgumentException none) {
            return 0; // As orders does for a currency that is none.
        }
    }
}

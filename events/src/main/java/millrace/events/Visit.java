package millrace.events;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;

/**
 * One visit: what one visitor did with no more than 30 minutes between two clicks. Channel {@code visits}, keyed by
 * {@code start|source|visitor}; where a late click joins two visits, the later one ends as a tombstone.
 *
 * @param start time of the first click
 * @param end time of the last click
 * @param source the site it is a visit of: a visitor's visits to two sources are apart
 * @param views pages and screens
 * @param actions whatever else was done
 * @param entry path of the first page; {@code null} where there was none
 * @param exit path of the last page; {@code null} where there was none
 * @param referrer where the visitor came from; {@code null} where the browser did not say
 * @param campaign what brought the visitor; {@code null} where nothing is known to
 * @param device of which kind, by what the browser says of itself
 * @param reached the furthest step on the way to an order
 * @param bounce nothing came after the first page
 * @param closed its source's clock is past the gap: only an event out of order could still prolong it
 * @param settled its source's clock is past the grace as well: nothing can change it but an order
 */
public record Visit(
        Instant start,
        Instant end,
        String source,
        String visitor,
        long views,
        long actions,
        String entry,
        String exit,
        String referrer,
        ClickEvent.Campaign campaign,
        Device device,
        Step reached,
        boolean bounce,
        boolean closed,
        boolean settled) {

    /** What a visitor came with. */
    public enum Device {
        @JsonProperty("desktop")
        DESKTOP,
        @JsonProperty("mobile")
        MOBILE,
        @JsonProperty("tablet")
        TABLET,
        @JsonProperty("bot")
        BOT,
        @JsonProperty("unknown")
        UNKNOWN
    }

    /** Steps on the way to an order; who reached one has reached those before it. */
    public enum Step {
        @JsonProperty("visit")
        VISIT,
        @JsonProperty("product")
        PRODUCT,
        @JsonProperty("cart")
        CART,
        @JsonProperty("checkout")
        CHECKOUT,
        @JsonProperty("order")
        ORDER
    }
}

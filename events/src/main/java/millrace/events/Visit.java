package millrace.events;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;

/**
 * A session: the actions of one visitor with no more than 30 minutes between two clicks. Channel {@code visits}, keyed
 * by {@code start|source|visitor}; where a late click joins two visits, the later one is withdrawn by a tombstone.
 *
 * @param start time of the first click
 * @param end time of the last click
 * @param source of the clicks: a visitor has separate visits to each source
 * @param views pages and screens
 * @param actions other clicks
 * @param entry path of the first page; {@code null} where there was none
 * @param exit path of the last page; {@code null} where there was none
 * @param referrer address of the page before the visit; {@code null} where the browser did not send it
 * @param campaign that led the visitor here; {@code null} where none is known
 * @param device kind of device, by the browser's user agent
 * @param reached the furthest step towards an order
 * @param bounce true if no click followed the first page
 * @param closed true if its source's watermark is past the session gap: only an out-of-order event could still prolong
 *     it
 * @param settled true if its source's watermark is past the allowed lateness as well: only an order can change it
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

    /** Kind of device of a visitor. */
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

    /** Steps towards an order; a visit that reached one has reached those before it. */
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

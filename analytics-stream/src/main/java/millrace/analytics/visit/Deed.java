package millrace.analytics.visit;

import java.time.Instant;
import millrace.events.ClickEvent;

/** Something that a visitor did: a click, or an order that was accepted. */
public sealed interface Deed {
    /** On the channel {@code clicks}. */
    record Clicked(ClickEvent click) implements Deed {}

    /**
     * On the channel {@code orders}, with whose it is from the channel {@code transactions}.
     *
     * @param timestamp when it was placed
     * @param visitor {@code null} where the order named none
     */
    record Ordered(
            String orderId,
            String source,
            Instant timestamp,
            String country,
            String currency,
            long totalMinor,
            String visitor)
            implements Deed {}
}

package millrace.analytics.visit;

import millrace.analytics.tally.Count;
import millrace.events.AbandonedCart;
import millrace.events.OrderAttribution;
import millrace.events.Visit;

/** What has changed for a visitor. The record's key is that of the channel; a value of {@code null} is a tombstone. */
public sealed interface Told {
    record OfVisit(Visit visit) implements Told {}

    record OfCart(AbandonedCart cart) implements Told {}

    record OfOrder(OrderAttribution order) implements Told {}

    /** Visits that have moved from one step to another. */
    record OfFunnel(Count count) implements Told {}
}

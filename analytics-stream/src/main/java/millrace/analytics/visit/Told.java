package millrace.analytics.visit;

import millrace.analytics.tally.Count;
import millrace.events.AbandonedCart;
import millrace.events.OrderAttribution;
import millrace.events.Visit;

/** What has changed for a visitor. The record's key is that of the channel; a value of {@code null} is a tombstone. */
public sealed interface Told {
    String VISITS = "visits-told";
    String CARTS = "carts-told";
    String ORDERS = "orders-told";
    String FUNNEL = "funnel-told";

    /** The step of the topology that takes it; it goes to no other. */
    default String step() {
        return switch (this) {
            case OfVisit visit -> VISITS;
            case OfCart cart -> CARTS;
            case OfOrder order -> ORDERS;
            case OfFunnel count -> FUNNEL;
        };
    }

    record OfVisit(Visit visit) implements Told {}

    record OfCart(AbandonedCart cart) implements Told {}

    record OfOrder(OrderAttribution order) implements Told {}

    /** Visits that have moved from one step to another. */
    record OfFunnel(Count count) implements Told {}
}

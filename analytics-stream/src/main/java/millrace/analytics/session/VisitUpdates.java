package millrace.analytics.session;

import millrace.analytics.engine.Count;
import millrace.events.AbandonedCart;
import millrace.events.OrderAttribution;
import millrace.events.Visit;

/** Takes what has changed for a visitor, with the keys of the channels; {@code null} for what is withdrawn. */
interface VisitUpdates {
    void visit(String key, Visit visit);

    void cart(String key, AbandonedCart cart);

    void order(OrderAttribution order);

    /** Takes visits that have moved from one step of the funnel to another. */
    void funnel(Count count);
}

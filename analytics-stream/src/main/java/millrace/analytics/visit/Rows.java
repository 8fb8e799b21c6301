package millrace.analytics.visit;

import java.time.Instant;
import millrace.analytics.stream.Window;
import millrace.analytics.visit.Deed.Ordered;
import millrace.analytics.visit.Outcome.Seen;
import millrace.events.AbandonedCart;
import millrace.events.OrderAttribution;
import millrace.events.Visit;

/** What is told of visitors, in the words of the channels. */
final class Rows {
    private static final String NO_CAMPAIGN = "none";

    private Rows() {}

    static String key(String visitor, Stay stay) {
        return Window.key(start(stay), stay.source(), visitor);
    }

    /** Of two visits that become one the earlier cart goes on, and the other is withdrawn. */
    static String cartKey(String visitor, Stay stay, Cart cart) {
        return Window.key(Instant.ofEpochMilli(cart.begunAt()), stay.source(), visitor);
    }

    static String hourAndCampaign(Stay stay) {
        var campaign =
                stay.landing() == null ? NO_CAMPAIGN : stay.landing().campaign().name();
        return Window.key(Window.hour(start(stay)), campaign);
    }

    static Visit visit(String visitor, Seen seen) {
        var stay = seen.stay();
        return new Visit(
                start(stay),
                Instant.ofEpochMilli(stay.end()),
                stay.source(),
                visitor,
                stay.views(),
                stay.actions(),
                stay.first() == null ? null : stay.first().path(),
                stay.last() == null ? null : stay.last().path(),
                stay.first() == null ? null : stay.first().referrer(),
                stay.landing() == null ? null : stay.landing().campaign(),
                stay.device(),
                seen.reached(),
                stay.views() + stay.actions() == 1,
                seen.closed(),
                seen.settled());
    }

    static AbandonedCart cart(String visitor, Stay stay, Cart cart) {
        var items = cart.items().entrySet().stream()
                .map(item -> new AbandonedCart.Item(item.getKey(), item.getValue()))
                .toList();
        return new AbandonedCart(
                Instant.ofEpochMilli(cart.begunAt()),
                stay.source(),
                visitor,
                Instant.ofEpochMilli(cart.changedAt()),
                items);
    }

    /** @param stay {@code null} where no visit is known */
    static OrderAttribution attribution(Ordered order, Stay stay) {
        return new OrderAttribution(
                order.orderId(),
                order.source(),
                order.timestamp(),
                order.country(),
                order.currency(),
                order.totalMinor(),
                order.visitor(),
                stay == null ? null : led(stay));
    }

    private static OrderAttribution.AttributedVisit led(Stay stay) {
        return new OrderAttribution.AttributedVisit(
                start(stay),
                stay.source(),
                stay.first() == null ? null : stay.first().path(),
                stay.first() == null ? null : stay.first().referrer(),
                stay.landing() == null ? null : stay.landing().campaign(),
                stay.device());
    }

    private static Instant start(Stay stay) {
        return Instant.ofEpochMilli(stay.start());
    }
}

package millrace.analytics.session;

import java.time.Instant;
import millrace.analytics.engine.Window;
import millrace.analytics.session.VisitorProjection.ProjectedVisit;
import millrace.events.AbandonedCart;
import millrace.events.OrderAttribution;
import millrace.events.Visit;

/** Keys and values of the channels about visitors. */
final class ChannelRows {
    private static final String NO_CAMPAIGN = "none";

    private ChannelRows() {}

    static String key(String visitor, Session session) {
        return Window.key(start(session), session.source(), visitor);
    }

    /** Of two visits that become one the earlier cart goes on, and the other is withdrawn. */
    static String cartKey(String visitor, Session session, Cart cart) {
        return Window.key(Instant.ofEpochMilli(cart.begunAt()), session.source(), visitor);
    }

    static String hourAndCampaign(Session session) {
        var campaign = session.landing() == null
                ? NO_CAMPAIGN
                : session.landing().campaign().name();
        return Window.key(Window.hour(start(session)), campaign);
    }

    static Visit visit(String visitor, ProjectedVisit seen) {
        var session = seen.session();
        return new Visit(
                start(session),
                Instant.ofEpochMilli(session.end()),
                session.source(),
                visitor,
                session.views(),
                session.actions(),
                session.first() == null ? null : session.first().path(),
                session.last() == null ? null : session.last().path(),
                session.first() == null ? null : session.first().referrer(),
                session.landing() == null ? null : session.landing().campaign(),
                session.device(),
                seen.reached(),
                session.views() + session.actions() == 1,
                seen.closed(),
                seen.settled());
    }

    static AbandonedCart cart(String visitor, Session session, Cart cart) {
        var items = cart.items().entrySet().stream()
                .map(item -> new AbandonedCart.Item(item.getKey(), item.getValue()))
                .toList();
        return new AbandonedCart(
                Instant.ofEpochMilli(cart.begunAt()),
                session.source(),
                visitor,
                Instant.ofEpochMilli(cart.changedAt()),
                items);
    }

    /** @param session {@code null} where no visit is known */
    static OrderAttribution attribution(VisitorOrder order, Session session) {
        return new OrderAttribution(
                order.orderId(),
                order.source(),
                order.timestamp(),
                order.country(),
                order.currency(),
                order.totalMinor(),
                order.visitor(),
                session == null ? null : led(session));
    }

    private static OrderAttribution.AttributedVisit led(Session session) {
        return new OrderAttribution.AttributedVisit(
                start(session),
                session.source(),
                session.first() == null ? null : session.first().path(),
                session.first() == null ? null : session.first().referrer(),
                session.landing() == null ? null : session.landing().campaign(),
                session.device());
    }

    private static Instant start(Session session) {
        return Instant.ofEpochMilli(session.start());
    }
}

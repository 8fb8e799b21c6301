package millrace.analytics.session;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import millrace.events.ClickEvent;
import millrace.events.ClickEvent.ActionTracked;
import millrace.events.ClickEvent.Campaign;
import millrace.events.ClickEvent.PageViewed;
import millrace.events.ClickEvent.ScreenViewed;
import millrace.events.Visit;
import millrace.events.Visit.Step;

/**
 * The activities of a visit, without a gap between them. Times are milliseconds since 1970.
 *
 * @param first the first page; {@code null} where none was viewed, as of the last
 * @param landing the first click that named a campaign; {@code null} for none
 * @param reached the furthest step before an order
 * @param changes of the cart, earliest first
 */
record Session(
        String source,
        long start,
        long end,
        long views,
        long actions,
        Page first,
        Page last,
        Landing landing,
        Visit.Device device,
        Step reached,
        List<CartChange> changes) {
    /** More changes than a person makes: of a robot the earliest are forgotten. */
    private static final int MOST_CHANGES = 100;

    record Page(long at, String path, String referrer) {}

    record Landing(long at, Campaign campaign) {}

    /** @param quantity negative for what was taken out */
    record CartChange(long at, String product, long quantity) {}

    /** A visit of one click; empty for what is said about a visitor rather than done by one. */
    static Optional<Session> of(ClickEvent click) {
        return switch (click) {
            case PageViewed view -> {
                var device = Device.of(userAgent(view.context()), view.bot());
                var page = new Page(millis(view), SharedText.of(view.path()), SharedText.of(view.referrer()));
                yield one(view, page, landing(view, view.context(), view.url()), device, Step.VISIT, List.of());
            }
            case ScreenViewed view -> {
                var device = Device.of(userAgent(view.context()), null);
                var page = new Page(millis(view), SharedText.of(view.name()), null);
                yield one(view, page, landing(view, view.context(), null), device, Step.VISIT, List.of());
            }
            case ActionTracked action -> {
                var device = Device.of(userAgent(action.context()), null);
                var landing = landing(action, action.context(), null);
                yield one(action, null, landing, device, step(action), changes(action));
            }
            case ClickEvent.VisitorIdentified identified -> Optional.empty();
            case ClickEvent.GroupJoined joined -> Optional.empty();
            case ClickEvent.VisitorAliased aliased -> Optional.empty();
        };
    }

    private static Optional<Session> one(
            ClickEvent click, Page page, Landing landing, Visit.Device device, Step step, List<CartChange> changes) {
        var at = millis(click);
        var views = page == null ? 0 : 1;
        return Optional.of(new Session(
                SharedText.of(click.source()), at, at, views, 1 - views, page, page, landing, device, step, changes));
    }

    private static long millis(ClickEvent click) {
        return click.timestamp().toEpochMilli();
    }

    private static String userAgent(ClickEvent.Context context) {
        return context == null ? null : context.userAgent();
    }

    private static Landing landing(ClickEvent click, ClickEvent.Context context, String url) {
        var campaign = Campaigns.of(context, url);
        return campaign == null ? null : new Landing(millis(click), campaign);
    }

    /** In the words of the Segment ecommerce specification. */
    private static Step step(ActionTracked action) {
        return switch (action.event()) {
            case "Product Viewed", "Product Clicked" -> Step.PRODUCT;
            case "Product Added", "Product Removed", "Cart Viewed" -> Step.CART;
            case "Checkout Started", "Checkout Step Viewed", "Checkout Step Completed", "Payment Info Entered" ->
                Step.CHECKOUT;
            default -> Step.VISIT;
        };
    }

    private static List<CartChange> changes(ActionTracked action) {
        var thing = action.properties();
        if (thing == null || thing.productId() == null) {
            return List.of();
        }
        return switch (action.event()) {
            case "Product Added" -> List.of(change(action, thing.pieces()));
            case "Product Removed" -> List.of(change(action, -thing.pieces()));
            default -> List.of();
        };
    }

    private static CartChange change(ActionTracked action, long quantity) {
        return new CartChange(millis(action), SharedText.of(action.properties().productId()), quantity);
    }

    boolean touches(Session other, long gap) {
        return source.equals(other.source) && other.start <= end + gap && other.end >= start - gap;
    }

    /** Both as one. Of two pages at the same instant, that of this one came first. */
    Session with(Session other) {
        return new Session(
                source,
                Math.min(start, other.start),
                Math.max(end, other.end),
                views + other.views,
                actions + other.actions,
                first == null || (other.first != null && other.first.at < first.at) ? other.first : first,
                last == null || (other.last != null && other.last.at >= last.at) ? other.last : last,
                landing == null || (other.landing != null && other.landing.at < landing.at) ? other.landing : landing,
                device == Visit.Device.UNKNOWN ? other.device : device,
                reached.compareTo(other.reached) < 0 ? other.reached : reached,
                both(changes, other.changes));
    }

    private static List<CartChange> both(List<CartChange> one, List<CartChange> other) {
        if (one.isEmpty() || other.isEmpty()) {
            return one.isEmpty() ? other : one;
        }
        var all = new ArrayList<>(one);
        all.addAll(other);
        all.sort((a, b) -> Long.compare(a.at, b.at));
        return all.size() <= MOST_CHANGES ? all : all.subList(all.size() - MOST_CHANGES, all.size());
    }
}

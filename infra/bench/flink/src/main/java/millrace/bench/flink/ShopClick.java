package millrace.bench.flink;

import millrace.events.ClickEvent;
import millrace.events.ClickEvent.PageViewed;

/**
 * The fields of a click that the job uses. Records whose fields Flink knows are passed on without Kryo.
 *
 * @param page path of a page view; {@code null} for another action
 * @param at time of the event, in milliseconds
 */
public record ShopClick(String id, String visitor, String page, long at) {
    static ShopClick of(ClickEvent click) {
        var page = click instanceof PageViewed view ? view.path() : null;
        return new ShopClick(
                click.messageId(), click.visitor(), page, click.timestamp().toEpochMilli());
    }

    boolean isPageView() {
        return page != null;
    }
}

package millrace.bench.flink;

/**
 * A session of a visitor.
 *
 * @param start time of the first click, in milliseconds; {@code end} of the last one
 * @param entry path of the first page; {@code exit} of the last one; {@code null} where there was none
 * @param actions clicks that are no page views
 */
public record ShopVisit(String visitor, long start, long end, long views, long actions, String entry, String exit) {
    static ShopVisit of(ShopClick click) {
        return new ShopVisit(click.visitor(), click.at(), click.at(), 0, 0, null, null).with(click);
    }

    ShopVisit with(ShopClick click) {
        return new ShopVisit(
                visitor,
                Math.min(start, click.at()),
                Math.max(end, click.at()),
                views + (click.isPageView() ? 1 : 0),
                actions + (click.isPageView() ? 0 : 1),
                entry == null ? click.page() : entry,
                click.isPageView() ? click.page() : exit);
    }

    String key() {
        return start + "|" + visitor;
    }
}

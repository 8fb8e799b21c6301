package millrace.e2e;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.summingLong;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import millrace.events.ClickEvent;
import millrace.events.ClickEvent.ActionTracked;
import millrace.events.ClickEvent.PageViewed;
import millrace.events.OrderEvent.OrderAccepted;
import millrace.events.OrderLine;
import millrace.events.PageViews;
import millrace.events.Revenue;
import millrace.events.TopProducts;
import millrace.events.TopProducts.Product;

/** Reference implementation of the aggregates: counts the written events in memory. */
final class ReferenceAggregates {
    private static final int TOP = 10;

    private final WrittenEvents<ClickEvent> clicks;
    private final WrittenEvents<OrderAccepted> orders;

    ReferenceAggregates(WrittenEvents<ClickEvent> clicks, WrittenEvents<OrderAccepted> orders) {
        this.clicks = clicks;
        this.orders = orders;
    }

    Map<String, PageViews> pageViews() {
        var minutes = clicks.entries().stream()
                .filter(entry -> entry.event() instanceof PageViewed)
                .collect(groupingBy(
                        entry -> minute(entry.event().timestamp()) + "|" + ((PageViewed) entry.event()).path()));
        var rows = new TreeMap<String, PageViews>();
        minutes.forEach((key, views) -> {
            var start = minute(views.getFirst().event().timestamp());
            var end = start.plusSeconds(60);
            var visitors = views.stream()
                    .map(view -> view.sourcePartition() + '|' + view.event().visitor())
                    .distinct()
                    .count();
            var settled = views.stream().allMatch(view -> clicks.isSettled(view.sourcePartition(), end));
            var page = ((PageViewed) views.getFirst().event()).path();
            rows.put(key, new PageViews(start, end, page, views.size(), visitors, settled));
        });
        return rows;
    }

    Map<String, Revenue> revenue() {
        var rows = new TreeMap<String, Revenue>();
        for (var entry : orders.entries()) {
            var order = entry.event();
            var start = minute(order.timestamp());
            var end = start.plusSeconds(60);
            var units = order.lines().stream().mapToLong(OrderLine::quantity).sum();
            var settled = orders.isSettled(entry.sourcePartition(), end);
            rows.merge(
                    start + "|" + order.country() + '|' + order.currency(),
                    new Revenue(
                            start, end, order.country(), order.currency(), 1, units, order.totalMinor(), 0, 0, settled),
                    ReferenceAggregates::sum);
        }
        return rows;
    }

    private static Revenue sum(Revenue one, Revenue other) {
        return new Revenue(
                one.start(),
                one.end(),
                one.country(),
                one.currency(),
                one.orders() + other.orders(),
                one.units() + other.units(),
                one.revenueMinor() + other.revenueMinor(),
                0,
                0,
                one.settled() && other.settled());
    }

    /** Occurrence of a product in an event. */
    private record Touch(Instant hour, String what, String product, long count, boolean settled) {}

    Map<String, TopProducts> topProducts() {
        var hours =
                Stream.concat(touched(), bought()).collect(groupingBy(Touch::hour, TreeMap::new, Collectors.toList()));
        var rows = new TreeMap<String, TopProducts>();
        hours.forEach((hour, touches) -> rows.put(
                hour.toString(),
                new TopProducts(
                        hour,
                        hour.plus(Duration.ofHours(1)),
                        top(touches, "Product Viewed"),
                        top(touches, "Product Added"),
                        top(touches, "bought"),
                        touches.stream().allMatch(Touch::settled))));
        return rows;
    }

    private Stream<Touch> touched() {
        return clicks.entries().stream()
                .filter(entry -> entry.event() instanceof ActionTracked)
                .map(entry -> {
                    var action = (ActionTracked) entry.event();
                    var hour = hour(action.timestamp());
                    var count = action.event().equals("Product Viewed")
                            ? 1
                            : action.properties().quantity();
                    return new Touch(
                            hour,
                            action.event(),
                            action.properties().productId(),
                            count,
                            clicks.isSettled(entry.sourcePartition(), hour.plusSeconds(3600)));
                });
    }

    private Stream<Touch> bought() {
        return orders.entries().stream().flatMap(entry -> {
            var hour = hour(entry.event().timestamp());
            var settled = orders.isSettled(entry.sourcePartition(), hour.plusSeconds(3600));
            return entry.event().lines().stream()
                    .map(line -> new Touch(hour, "bought", line.productId(), line.quantity(), settled));
        });
    }

    private static List<Product> top(List<Touch> touches, String what) {
        return touches.stream()
                .filter(touch -> touch.what().equals(what))
                .collect(groupingBy(Touch::product, summingLong(Touch::count)))
                .entrySet()
                .stream()
                .map(product -> new Product(product.getKey(), product.getValue()))
                .sorted(Comparator.comparingLong(Product::count).reversed().thenComparing(Product::productId))
                .limit(TOP)
                .toList();
    }

    static Instant minute(Instant time) {
        return time.truncatedTo(ChronoUnit.MINUTES);
    }

    static Instant hour(Instant time) {
        return time.truncatedTo(ChronoUnit.HOURS);
    }
}

package millrace.e2e;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toMap;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import millrace.events.ClickEvent;
import millrace.events.ClickEvent.ActionTracked;
import millrace.events.ClickEvent.PageViewed;
import millrace.events.Funnel;
import millrace.events.OrderAttribution;
import millrace.events.OrderEvent.OrderAccepted;
import millrace.events.Visit;
import millrace.events.Visit.Device;
import millrace.events.Visit.Step;

/** Reference implementation of the visits: sorts the written events in memory and splits them at the session gap. */
final class ReferenceVisits {
    private static final Duration GAP = Duration.ofMinutes(30);

    private final WrittenEvents<ClickEvent> clicks;
    private final WrittenEvents<OrderAccepted> orders;
    private final Map<String, String> buyers;
    private final Map<String, List<Visit>> visitsOf;

    /** @param buyers order → visitor, for orders that name one */
    ReferenceVisits(WrittenEvents<ClickEvent> clicks, WrittenEvents<OrderAccepted> orders, Map<String, String> buyers) {
        this.clicks = clicks;
        this.orders = orders;
        this.buyers = buyers;
        var visits = new ArrayList<Visit>();
        clicks.entries().stream()
                .collect(groupingBy(
                        click -> click.event().visitor() + '|' + click.event().source()))
                .values()
                .forEach(of -> split(of).forEach(visit -> visits.add(visit(visit))));
        visitsOf = visits.stream().collect(groupingBy(Visit::visitor));
        for (var order : orders.entries()) {
            var visit = attributedVisit(order.event());
            if (visit != null && !order.event().timestamp().isAfter(visit.end().plus(GAP))) {
                visitsOf.get(visit.visitor()).replaceAll(each -> each == visit ? withOrder(visit) : each);
            }
        }
    }

    Map<String, Visit> visits() {
        return visitsOf.values().stream()
                .flatMap(List::stream)
                .collect(toMap(visit -> visit.start() + "|" + visit.source() + '|' + visit.visitor(), visit -> visit));
    }

    Map<String, Funnel> funnel() {
        var hours = visits().values().stream()
                .collect(groupingBy(visit -> ReferenceAggregates.hour(visit.start()) + "|" + campaign(visit)));
        var rows = new TreeMap<String, Funnel>();
        hours.forEach((key, visits) -> {
            var start = ReferenceAggregates.hour(visits.getFirst().start());
            rows.put(
                    key,
                    Funnel.of(
                            start,
                            start.plusSeconds(3600),
                            campaign(visits.getFirst()),
                            visits.size(),
                            reached(visits, Step.PRODUCT),
                            reached(visits, Step.CART),
                            reached(visits, Step.CHECKOUT),
                            reached(visits, Step.ORDER)));
        });
        return rows;
    }

    Map<String, OrderAttribution> attribution() {
        var rows = new TreeMap<String, OrderAttribution>();
        for (var entry : orders.entries()) {
            var order = entry.event();
            var visit = attributedVisit(order);
            var attribution = visit == null
                    ? null
                    : new OrderAttribution.AttributedVisit(
                            visit.start(),
                            visit.source(),
                            visit.entry(),
                            visit.referrer(),
                            visit.campaign(),
                            visit.device());
            rows.put(
                    order.orderId(),
                    new OrderAttribution(
                            order.orderId(),
                            order.source(),
                            order.timestamp(),
                            order.country(),
                            order.currency(),
                            order.totalMinor(),
                            buyers.get(order.orderId()),
                            attribution));
        }
        return rows;
    }

    private Visit attributedVisit(OrderAccepted order) {
        return visitsOf.getOrDefault(String.valueOf(buyers.get(order.orderId())), List.of()).stream()
                .filter(visit -> !visit.start().isAfter(order.timestamp()))
                .max(Comparator.comparing(Visit::start))
                .orElse(null);
    }

    private static List<List<WrittenEvents.Entry<ClickEvent>>> split(List<WrittenEvents.Entry<ClickEvent>> clicks) {
        var visits = new ArrayList<List<WrittenEvents.Entry<ClickEvent>>>();
        clicks.stream()
                .sorted(Comparator.comparing(click -> click.event().timestamp()))
                .forEach(click -> {
                    var sameVisit = !visits.isEmpty()
                            && !click.event()
                                    .timestamp()
                                    .isAfter(visits.getLast()
                                            .getLast()
                                            .event()
                                            .timestamp()
                                            .plus(GAP));
                    if (!sameVisit) {
                        visits.add(new ArrayList<>());
                    }
                    visits.getLast().add(click);
                });
        return visits;
    }

    private Visit visit(List<WrittenEvents.Entry<ClickEvent>> visit) {
        var sourcePartition = visit.getFirst().sourcePartition();
        var all = visit.stream().map(WrittenEvents.Entry::event).toList();
        var pages = all.stream()
                .filter(click -> click instanceof PageViewed)
                .map(click -> (PageViewed) click)
                .toList();
        var end = all.getLast().timestamp();
        return new Visit(
                all.getFirst().timestamp(),
                end,
                all.getFirst().source(),
                all.getFirst().visitor(),
                pages.size(),
                all.size() - pages.size(),
                pages.isEmpty() ? null : pages.getFirst().path(),
                pages.isEmpty() ? null : pages.getLast().path(),
                null,
                all.getFirst().visitor().endsWith("3") ? ShoppingFixture.MAY : null,
                Device.UNKNOWN,
                all.stream()
                        .map(ReferenceVisits::step)
                        .max(Comparator.naturalOrder())
                        .orElseThrow(),
                all.size() == 1,
                clicks.isPast(sourcePartition, end.plus(GAP)),
                clicks.isSettled(sourcePartition, end.plus(GAP)));
    }

    private static Visit withOrder(Visit visit) {
        return new Visit(
                visit.start(),
                visit.end(),
                visit.source(),
                visit.visitor(),
                visit.views(),
                visit.actions(),
                visit.entry(),
                visit.exit(),
                visit.referrer(),
                visit.campaign(),
                visit.device(),
                Step.ORDER,
                visit.bounce(),
                visit.closed(),
                visit.settled());
    }

    private static Step step(ClickEvent click) {
        return !(click instanceof ActionTracked action)
                ? Step.VISIT
                : action.event().equals("Product Added") ? Step.CART : Step.PRODUCT;
    }

    private static long reached(List<Visit> visits, Step step) {
        return visits.stream()
                .filter(visit -> visit.reached().compareTo(step) >= 0)
                .count();
    }

    private static String campaign(Visit visit) {
        return visit.campaign() == null ? "none" : visit.campaign().name();
    }
}

package millrace.feed;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.summingLong;
import static java.util.stream.Collectors.toMap;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Recounts visits, attribution and abandoned carts; every result is computed from all clicks of the visitor. */
final class DeliveredVisitsRecount {
    private static final Duration SESSION_GAP = Duration.ofMinutes(30);
    private static final List<String> STEPS = List.of("Product Viewed", "Product Added", "Checkout Started");

    private final List<Visitor> visitors = new ArrayList<>();

    DeliveredVisitsRecount(List<JsonNode> clicks, List<JsonNode> orders) {
        var ordersOf = orders.stream()
                .collect(groupingBy(order -> order.path("anonymousId").asText()));
        clicks.stream()
                .collect(groupingBy(click -> click.path("anonymousId").asText()))
                .forEach((name, all) -> visitors.add(new Visitor(all, ordersOf.getOrDefault(name, List.of()))));
    }

    long visits() {
        return visitors.stream().mapToLong(visitor -> visitor.starts().size()).sum();
    }

    /** Returns by campaign the number of visits that reached each step. */
    Map<String, List<Long>> funnel() {
        return visitors.stream()
                .flatMap(visitor -> visitor.starts().stream().map(visitor::reached))
                .collect(groupingBy(visit -> visit.campaign))
                .entrySet()
                .stream()
                .collect(toMap(
                        Map.Entry::getKey,
                        row -> Stream.of(0, 1, 2, 3, 4)
                                .map(step -> row.getValue().stream()
                                        .filter(visit -> visit.step >= step)
                                        .count())
                                .toList()));
    }

    /** Returns the number of orders by campaign; orders of visitors without a click are not included. */
    Map<String, Long> ordersPerCampaign() {
        return visitors.stream()
                .flatMap(visitor -> visitor.orders.stream()
                        .map(order -> visitor.leadingTo(time(order))
                                .map(visitor::campaign)
                                .orElse("none")))
                .collect(groupingBy(campaign -> campaign, counting()));
    }

    /** Returns the units by product in carts without a later order and without a change at or after this time. */
    Map<String, Long> abandoned(Instant before) {
        return visitors.stream()
                .flatMap(visitor -> visitor.abandoned(before))
                .collect(groupingBy(
                        DeliveredVisitsRecount::product,
                        summingLong(added -> added.at("/properties/quantity").asLong())));
    }

    private static String product(JsonNode track) {
        return track.at("/properties/product_id").asText();
    }

    private static Instant time(JsonNode event) {
        return DeliveredEventsRecount.time(event);
    }

    private record Reached(String campaign, int step) {}

    private record Visitor(List<JsonNode> clicks, List<JsonNode> orders, List<Instant> starts) {
        Visitor(List<JsonNode> clicks, List<JsonNode> orders) {
            this(clicks, orders, starts(clicks));
        }

        /** Returns the times of the clicks that follow no other click within the session gap. */
        private static List<Instant> starts(List<JsonNode> clicks) {
            var times =
                    clicks.stream().map(DeliveredVisitsRecount::time).distinct().toList();
            return times.stream()
                    .filter(time -> times.stream()
                            .noneMatch(before -> before.isBefore(time) && !before.isBefore(time.minus(SESSION_GAP))))
                    .toList();
        }

        Optional<Instant> leadingTo(Instant time) {
            return starts.stream().filter(start -> !start.isAfter(time)).max(Comparator.naturalOrder());
        }

        Stream<JsonNode> during(Instant start) {
            return clicks.stream()
                    .filter(click ->
                            leadingTo(time(click)).filter(start::equals).isPresent());
        }

        String campaign(Instant start) {
            return during(start)
                    .filter(click -> click.has("context"))
                    .min(Comparator.comparing(DeliveredVisitsRecount::time))
                    .map(click -> click.at("/context/campaign/name").asText())
                    .orElse("none");
        }

        Reached reached(Instant start) {
            var end = during(start)
                    .map(DeliveredVisitsRecount::time)
                    .max(Comparator.naturalOrder())
                    .orElseThrow();
            var ordered = orders.stream()
                    .map(DeliveredVisitsRecount::time)
                    .filter(time -> !time.isAfter(end.plus(SESSION_GAP)))
                    .anyMatch(time -> leadingTo(time).filter(start::equals).isPresent());
            var step = during(start)
                    .mapToInt(click -> 1 + STEPS.indexOf(click.path("event").asText()))
                    .max();
            return new Reached(campaign(start), ordered ? 4 : step.orElseThrow());
        }

        Stream<JsonNode> abandoned(Instant before) {
            return added(clicks.stream())
                    .filter(change ->
                            orders.stream().allMatch(order -> time(order).isBefore(time(change))))
                    .filter(change -> added(during(leadingTo(time(change)).orElseThrow()))
                            .allMatch(other -> time(other).isBefore(before)));
        }

        private static Stream<JsonNode> added(Stream<JsonNode> clicks) {
            return clicks.filter(click -> click.path("event").asText().equals("Product Added"));
        }
    }
}

package millrace.feed;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Everything that one visitor did, in whatever order it was sent, and what has to be made of it. */
final class Journey {
    static final String NO_CAMPAIGN = "none";

    private static final Duration GAP = Duration.ofMinutes(30);
    private static final int ORDER = 5;

    private final List<Click> clicks = new ArrayList<>();
    private final List<Instant> orders = new ArrayList<>();

    private record Click(Instant time, JsonNode body) {
        String event() {
            return body.path("event").asText();
        }

        /** Of those that simulated shoppers send; 1 is a visit. */
        int step() {
            return switch (event()) {
                case "Product Viewed" -> 2;
                case "Product Added" -> 3;
                case "Checkout Started" -> 4;
                default -> 1;
            };
        }
    }

    /** @param clicks at least one, in the order of their times */
    private record Visit(List<Click> clicks) {
        boolean beganBy(Instant time) {
            return !clicks.getFirst().time().isAfter(time);
        }

        /** Whether somebody who does something now is still on it. */
        boolean lastsUntil(Instant time) {
            return !time.isAfter(clicks.getLast().time().plus(GAP));
        }

        String campaign() {
            return clicks.stream()
                    .map(click -> click.body().at("/context/campaign/name").asText())
                    .filter(name -> !name.isEmpty())
                    .findFirst()
                    .orElse(NO_CAMPAIGN);
        }
    }

    /** @param items product → how many */
    record Cart(Instant changedAt, Map<String, Long> items) {
        /** What is in all of them. */
        static Map<String, Long> items(List<Cart> carts) {
            var items = new TreeMap<String, Long>();
            carts.forEach(cart -> cart.items().forEach((product, pieces) -> items.merge(product, pieces, Long::sum)));
            return items;
        }
    }

    /** @param click of a page, a screen or an action */
    void did(Instant time, JsonNode click) {
        clicks.add(new Click(time, click));
    }

    /** An order that is accepted. */
    void ordered(Instant time) {
        orders.add(time);
    }

    /** By campaign. */
    Map<String, Funnel> funnel() {
        var funnel = new TreeMap<String, Funnel>();
        for (var visit : visits()) {
            var ordered = orders.stream()
                    .anyMatch(order -> visit.lastsUntil(order)
                            && leadingTo(order).filter(visit::equals).isPresent());
            var step = visit.clicks().stream().mapToInt(Click::step).max().orElseThrow();
            funnel.merge(visit.campaign(), Funnel.of(ordered ? ORDER : step), Funnel::plus);
        }
        return funnel;
    }

    /** Of the visit that led to it, for each order. */
    List<String> campaignsOfOrders() {
        return orders.stream()
                .map(order -> leadingTo(order).map(Visit::campaign).orElse(NO_CAMPAIGN))
                .toList();
    }

    /** What was put into carts and not ordered, one cart a visit. */
    List<Cart> cartsLeft() {
        return visits().stream()
                .map(this::cart)
                .filter(cart -> !cart.items().isEmpty())
                .toList();
    }

    private Cart cart(Visit visit) {
        var lastOrder = orders.stream().max(Comparator.naturalOrder()).orElse(Instant.MIN);
        var changedAt = Instant.MIN;
        var items = new TreeMap<String, Long>();
        for (var click : visit.clicks()) {
            if (click.event().equals("Product Added") && click.time().isAfter(lastOrder)) {
                changedAt = click.time();
                var thing = click.body().path("properties");
                items.merge(
                        thing.path("product_id").asText(),
                        thing.path("quantity").asLong(),
                        Long::sum);
            }
        }
        return new Cart(changedAt, items);
    }

    /** The last that began before it, however long ago. */
    private Optional<Visit> leadingTo(Instant order) {
        return visits().stream().filter(visit -> visit.beganBy(order)).reduce((one, later) -> later);
    }

    private List<Visit> visits() {
        var visits = new ArrayList<Visit>();
        for (var click :
                clicks.stream().sorted(Comparator.comparing(Click::time)).toList()) {
            if (visits.isEmpty() || !visits.getLast().lastsUntil(click.time())) {
                visits.add(new Visit(new ArrayList<>()));
            }
            visits.getLast().clicks().add(click);
        }
        return visits;
    }
}

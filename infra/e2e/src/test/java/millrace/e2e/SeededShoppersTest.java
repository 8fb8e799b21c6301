package millrace.e2e;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.summingLong;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import millrace.events.AbandonedCart.Item;
import millrace.events.Channels;
import millrace.events.OrderAttribution;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Seeded shoppers with repeats, late and malformed events: the answers are those that the feed predicted. */
@ExtendWith(SharedSystem.class)
@Tag("platform")
@Tag("embedded")
@Tag("long")
@Tag("turn-1")
class SeededShoppersTest {
    private static ExpectedAnswers expected;
    private static String name;
    private static String span;

    @BeforeAll
    static void feed(RunningSystem system) throws IOException, InterruptedException {
        var file = system.directory.resolve("shoppers.json");
        system.run("bin/feed", "shoppers", "--rate", "200", "--for", "15s", "--seed", "21", "--json", file.toString());
        expected = ExpectedAnswers.in(file);
        name = expected.text("name");
        span = "from=" + expected.text("from") + "&to=" + expected.text("to");
        new ChannelProbe(system).awaitConsumersCaughtUp();
    }

    @Test
    void page_views_and_visits_are_as_expected(RunningSystem system) {
        assertThat(sums(system.query("analytics", "/page-views?by=page&" + span), "page", "views"))
                .isEqualTo(expected.numbers("pageViews"));
        assertThat(sums(system.query("analytics", "/page-views?by=hour&" + span), "start", "views"))
                .isEqualTo(expected.numbers("pageViewsPerHour"));
        assertThat(system.query("analytics", "/visits?" + span)).hasSize(expected.number("visits"));
    }

    @Test
    void orders_money_and_products_are_as_expected(RunningSystem system) {
        assertThat(orders(system, true)).hasSize(expected.number("ordersAccepted"));
        assertThat(orders(system, false)).hasSize(expected.number("ordersRejected"));

        var countries = new TreeMap<String, Long>();
        var refunds = 0L;
        for (var row : system.query("analytics", "/revenue?by=country&" + span)) {
            countries.put(row.get("country").asText(), minor(row.get("revenue")));
            refunds += minor(row.get("refunded"));
        }
        assertThat(countries).isEqualTo(expected.numbers("revenueMinor"));
        assertThat(refunds).isEqualTo(expected.number("refundedMinor"));
        assertThat(products(system, "viewed")).isEqualTo(expected.numbers("viewsPerProduct"));
        assertThat(products(system, "carted")).isEqualTo(expected.numbers("cartedPerProduct"));
        assertThat(products(system, "bought")).isEqualTo(expected.numbers("unitsPerProduct"));
    }

    @Test
    void funnel_and_attribution_are_as_expected(RunningSystem system) throws IOException {
        var funnel = system.query("analytics", "/funnel?limit=10000&" + span);
        for (var step : List.of("visits", "products", "carts", "checkouts", "orders")) {
            assertThat(sums(funnel, "campaign", step)).as(step).isEqualTo(expected.numbers("funnel", "/" + step));
        }
        assertThat(new ChannelProbe(system)
                        .latestByKey(Channels.ORDER_ATTRIBUTION).values().stream()
                                .filter(order -> order.source().endsWith(name))
                                .collect(groupingBy(SeededShoppersTest::campaign, counting())))
                .isEqualTo(expected.numbers("ordersPerCampaign"));
    }

    /**
     * Checks carts that were changed before a limit. Later ones may or may not be announced yet, depending on the
     * watermarks of the partitions.
     */
    @Test
    void abandoned_carts_are_as_expected(RunningSystem system) {
        var before = Instant.parse(expected.text("cartsBefore"));
        await("all are told of").atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            var carts = new ChannelProbe(system)
                    .latestByKey(Channels.ABANDONED_CARTS).values().stream()
                            .filter(cart -> cart.source().endsWith(name)
                                    && cart.changedAt().isBefore(before))
                            .toList();
            assertThat(carts).hasSize(expected.number("cartsAbandoned")).isNotEmpty();
            assertThat(carts.stream()
                            .flatMap(cart -> cart.items().stream())
                            .collect(groupingBy(Item::productId, summingLong(Item::quantity))))
                    .isEqualTo(expected.numbers("abandonedPerProduct"));
        });
    }

    @Test
    void late_and_malformed_events_are_on_channels_of_their_own_and_none_is_lost(RunningSystem system)
            throws IOException {
        assertThat(values(system, Channels.LATE_EVENTS)
                        .filter(late -> late.source().endsWith(name)))
                .hasSize(expected.number("lateEvents"));
        assertThat(values(system, Channels.REJECTED_EVENTS)
                        .filter(rejected -> rejected.source().endsWith(name)))
                .hasSize(expected.number("rejectedEvents") + expected.number("rejectedOrders"));
    }

    private static <V> Stream<V> values(RunningSystem system, millrace.events.Channel<String, V> channel)
            throws IOException {
        return new ChannelProbe(system)
                .records(channel.name()).stream()
                        .map(record -> channel.value().deserializer().deserialize("", record.value()));
    }

    /** Ids of the orders of this feed. */
    private static List<String> orders(RunningSystem system, boolean accepted) {
        return system.orders().stream()
                .filter(order -> accepted != order.get("status").asText().equals("rejected"))
                .map(order -> order.get("orderId").asText())
                .filter(id -> id.contains(name))
                .toList();
    }

    private static String campaign(OrderAttribution order) {
        return order.visit() == null || order.visit().campaign() == null
                ? "none"
                : order.visit().campaign().name();
    }

    private static Map<String, Long> products(RunningSystem system, String by) {
        return sums(system.query("analytics", "/top-products?by=" + by + "&limit=1000&" + span), "productId", "count");
    }

    private static Map<String, Long> sums(JsonNode rows, String key, String number) {
        var sums = new TreeMap<String, Long>();
        rows.forEach(row -> sums.merge(row.get(key).asText(), row.get(number).asLong(), Long::sum));
        return sums;
    }

    private static long minor(JsonNode money) {
        return new BigDecimal(money.asText()).movePointRight(2).longValueExact();
    }
}

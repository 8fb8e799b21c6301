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

/** Seeded shoppers, with repeats, late and malformed events among them: what was foretold comes out. */
@ExtendWith(SharedSystem.class)
@Tag("platform")
@Tag("long")
class SeededShoppersTest {
    private static ExpectedAnswers told;
    private static String name;
    private static String span;

    @BeforeAll
    static void feed(SystemUnderTest mill) throws IOException, InterruptedException {
        var file = mill.home.resolve("shoppers.json");
        mill.run("bin/feed", "shoppers", "--rate", "200", "--for", "15s", "--seed", "21", "--json", file.toString());
        told = ExpectedAnswers.in(file);
        name = told.text("name");
        span = "from=" + told.text("from") + "&to=" + told.text("to");
        new ChannelProbe(mill).awaitQuiet();
    }

    @Test
    void page_views_and_visits_are_as_foretold(SystemUnderTest mill) {
        assertThat(sums(mill.ask("analytics", "/page-views?by=page&" + span), "page", "views"))
                .isEqualTo(told.numbers("pageViews"));
        assertThat(sums(mill.ask("analytics", "/page-views?by=hour&" + span), "start", "views"))
                .isEqualTo(told.numbers("pageViewsPerHour"));
        assertThat(mill.ask("analytics", "/visits?" + span)).hasSize(told.number("visits"));
    }

    @Test
    void orders_money_and_products_are_as_foretold(SystemUnderTest mill) {
        assertThat(orders(mill, true)).hasSize(told.number("ordersAccepted"));
        assertThat(orders(mill, false)).hasSize(told.number("ordersRejected"));

        var countries = new TreeMap<String, Long>();
        var refunds = 0L;
        for (var row : mill.ask("analytics", "/revenue?by=country&" + span)) {
            countries.put(row.get("country").asText(), minor(row.get("revenue")));
            refunds += minor(row.get("refunded"));
        }
        assertThat(countries).isEqualTo(told.numbers("revenueMinor"));
        assertThat(refunds).isEqualTo(told.number("refundedMinor"));
        assertThat(products(mill, "viewed")).isEqualTo(told.numbers("viewsPerProduct"));
        assertThat(products(mill, "carted")).isEqualTo(told.numbers("cartedPerProduct"));
        assertThat(products(mill, "bought")).isEqualTo(told.numbers("unitsPerProduct"));
    }

    @Test
    void how_far_visits_came_and_what_led_to_orders_is_as_foretold(SystemUnderTest mill) throws IOException {
        var funnel = mill.ask("analytics", "/funnel?limit=10000&" + span);
        for (var step : List.of("visits", "products", "carts", "checkouts", "orders")) {
            assertThat(sums(funnel, "campaign", step)).as(step).isEqualTo(told.numbers("funnel", "/" + step));
        }
        assertThat(new ChannelProbe(mill)
                        .fold(Channels.ORDER_ATTRIBUTION).values().stream()
                                .filter(order -> order.source().endsWith(name))
                                .collect(groupingBy(SeededShoppersTest::campaign, counting())))
                .isEqualTo(told.numbers("ordersPerCampaign"));
    }

    /** Of carts changed later than that, analytics may tell or not: that depends on the clocks of the partitions. */
    @Test
    void carts_that_were_left_are_as_foretold(SystemUnderTest mill) {
        var before = Instant.parse(told.text("cartsBefore"));
        await("all are told of").atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            var carts = new ChannelProbe(mill)
                    .fold(Channels.ABANDONED_CARTS).values().stream()
                            .filter(cart -> cart.source().endsWith(name)
                                    && cart.changedAt().isBefore(before))
                            .toList();
            assertThat(carts).hasSize(told.number("cartsAbandoned")).isNotEmpty();
            assertThat(carts.stream()
                            .flatMap(cart -> cart.items().stream())
                            .collect(groupingBy(Item::productId, summingLong(Item::quantity))))
                    .isEqualTo(told.numbers("abandonedPerProduct"));
        });
    }

    @Test
    void late_and_malformed_events_are_set_apart_and_none_is_lost(SystemUnderTest mill) throws IOException {
        assertThat(values(mill, Channels.LATE_EVENTS)
                        .filter(late -> late.source().endsWith(name)))
                .hasSize(told.number("lateEvents"));
        assertThat(values(mill, Channels.REJECTED_EVENTS)
                        .filter(rejected -> rejected.source().endsWith(name)))
                .hasSize(told.number("rejectedEvents") + told.number("rejectedOrders"));
    }

    private static <V> Stream<V> values(SystemUnderTest mill, millrace.events.Channel<String, V> channel)
            throws IOException {
        return new ChannelProbe(mill)
                .records(channel.name()).stream()
                        .map(record -> channel.value().deserializer().deserialize("", record.value()));
    }

    /** Ids of those of this feed. */
    private static List<String> orders(SystemUnderTest mill, boolean accepted) {
        return mill.orders().stream()
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

    private static Map<String, Long> products(SystemUnderTest mill, String by) {
        return sums(mill.ask("analytics", "/top-products?by=" + by + "&limit=1000&" + span), "productId", "count");
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

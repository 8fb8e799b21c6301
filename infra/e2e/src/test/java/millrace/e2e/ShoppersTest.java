package millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.Map;
import java.util.TreeMap;
import millrace.events.Channels;
import millrace.events.Json;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Seeded shoppers, with repeats, late and malformed events among them: what was foretold comes out. */
@ExtendWith(SharedMill.class)
class ShoppersTest {
    private static JsonNode told;
    private static String span;

    @BeforeAll
    static void feed(Mill mill) throws IOException, InterruptedException {
        var file = mill.home.resolve("shoppers.json");
        mill.run("bin/feed", "shoppers", "--rate", "200", "--for", "15s", "--seed", "21", "--json", file.toString());
        told = Json.MAPPER.readTree(file.toFile());
        span = "from=" + told.get("from").asText() + "&to=" + told.get("to").asText();
        new Channel(mill).awaitQuiet();
    }

    @Test
    void page_views_and_visits_are_as_foretold(Mill mill) {
        assertThat(sums(mill.ask("analytics", "/page-views?by=page&" + span), "page", "views"))
                .isEqualTo(numbers("pageViews"));
        assertThat(sums(mill.ask("analytics", "/page-views?by=hour&" + span), "start", "views"))
                .isEqualTo(numbers("pageViewsPerHour"));
        assertThat(mill.ask("analytics", "/visits?" + span))
                .hasSize(told.get("visits").asInt());
    }

    @Test
    void orders_money_and_products_are_as_foretold(Mill mill) {
        var orders = mill.orders().stream()
                .filter(order ->
                        order.get("orderId").asText().contains(told.get("name").asText()))
                .toList();
        assertThat(orders.stream().filter(order -> order.get("status").asText().equals("rejected")))
                .hasSize(told.get("ordersRejected").asInt());
        assertThat(orders)
                .hasSize(told.get("ordersAccepted").asInt()
                        + told.get("ordersRejected").asInt());

        var countries = new TreeMap<String, Long>();
        var refunds = 0L;
        for (var row : mill.ask("analytics", "/revenue?by=country&" + span)) {
            countries.put(row.get("country").asText(), minor(row.get("revenue")));
            refunds += minor(row.get("refunded"));
        }
        assertThat(countries).isEqualTo(numbers("revenueMinor"));
        assertThat(refunds).isEqualTo(told.get("refundedMinor").asLong());
        assertThat(sums(mill.ask("analytics", "/top-products?limit=1000&" + span), "productId", "count"))
                .isEqualTo(numbers("unitsPerProduct"));
    }

    @Test
    void late_and_malformed_events_are_set_apart_and_none_is_lost(Mill mill) throws IOException {
        var channel = new Channel(mill);
        var name = told.get("name").asText();

        assertThat(channel.records("late-events").stream()
                        .map(record ->
                                Channels.LATE_EVENTS.value().deserializer().deserialize("", record.value()))
                        .filter(late -> late.source().endsWith(name)))
                .hasSize(told.get("lateEvents").asInt());
        assertThat(channel.records("rejected-events").stream()
                        .map(record ->
                                Channels.REJECTED_EVENTS.value().deserializer().deserialize("", record.value()))
                        .filter(rejected -> rejected.source().endsWith(name)))
                .hasSize(told.get("rejectedEvents").asInt()
                        + told.get("rejectedOrders").asInt());
    }

    private static Map<String, Long> sums(JsonNode rows, String key, String number) {
        var sums = new TreeMap<String, Long>();
        rows.forEach(row -> sums.merge(row.get(key).asText(), row.get(number).asLong(), Long::sum));
        return sums;
    }

    private static Map<String, Long> numbers(String name) {
        var numbers = new TreeMap<String, Long>();
        told.get(name)
                .properties()
                .forEach(field -> numbers.put(field.getKey(), field.getValue().asLong()));
        return numbers;
    }

    private static long minor(JsonNode money) {
        return new BigDecimal(money.asText()).movePointRight(2).longValueExact();
    }
}

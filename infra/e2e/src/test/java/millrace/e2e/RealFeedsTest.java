package millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import millrace.events.Channels;
import millrace.events.Json;
import millrace.events.Revenue;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The real feeds of the README, the log of a web server and the invoices of a retailer, each sent twice beside live
 * traffic: the answers are the known ones.
 */
@ExtendWith(SharedSystem.class)
@Tag("platform")
@Tag("embedded")
class RealFeedsTest {
    private static final Path DATA = RunningSystem.ROOT.resolve("../shared/data");
    private static final String MAY_2015 = "from=2015-05-01T00:00:00Z&to=2015-06-01T00:00:00Z";
    private static final String DECEMBER_2010 = "from=2010-12-01T00:00:00Z&to=2011-01-01T00:00:00Z";

    private static JsonNode log;
    private static JsonNode shop;

    @BeforeAll
    static void feed(RunningSystem system) throws IOException, InterruptedException {
        assumeTrue(Files.isDirectory(DATA), "The real data is not here: ../shared/data is absent.");
        var expected = Json.MAPPER.readTree(DATA.resolve("expected.json").toFile());
        log = expected.get("access_log");
        shop = expected.get("online_retail");
        for (var time = 1; time <= 2; time++) {
            assertThat(system.runLine("bin/feed access-log " + DATA + "/access-log/access.log"))
                    .contains("8899");
            system.runLine("bin/feed retail " + DATA + "/online-retail/*.csv");
            new ChannelProbe(system).awaitConsumersCaughtUp();
        }
    }

    @Test
    void page_views_per_page_and_hour_are_the_known_ones(RunningSystem system) {
        var minutes = system.query("analytics", "/page-views?limit=10000&" + MAY_2015);
        assertThat(minutes).hasSize(log.get("page_minute_windows").asInt());

        var views = new TreeMap<String, Long>();
        system.query("analytics", "/page-views?by=hour&limit=10000&" + MAY_2015)
                .forEach(row -> views.merge(
                        row.get("start").asText().substring(0, 13),
                        row.get("views").asLong(),
                        Long::sum));
        assertThat(views).isEqualTo(numbers(log.get("views_per_hour")));

        var pages = new LinkedHashMap<String, Long>();
        system.query("analytics", "/page-views?by=page&limit=10000&" + MAY_2015)
                .forEach(row ->
                        pages.put(row.get("page").asText(), row.get("views").asLong()));
        assertThat(pages).hasSize(log.get("distinct_pages").asInt());
        assertThat(pages.values().stream().mapToLong(Long::longValue).sum())
                .isEqualTo(log.get("page_views").asLong());
        log.get("top_pages")
                .forEach(page -> assertThat(pages)
                        .containsEntry(page.get(0).asText(), page.get(1).asLong()));
    }

    @Test
    void visits_are_the_known_ones(RunningSystem system) {
        var visits = system.query("analytics", "/visits?limit=10000&" + MAY_2015);
        var visitors = new HashSet<String>();
        visits.forEach(visit -> visitors.add(visit.get("visitor").asText()));

        assertThat(visits).hasSize(log.get("visits_30min_gap").asInt());
        assertThat(visitors).hasSize(log.get("visitors").asInt());
    }

    @Test
    void orders_are_accepted_rejected_and_refunded_as_known(RunningSystem system) {
        var statuses = new TreeMap<String, Long>();
        system.orders().stream()
                .filter(order -> order.get("placedAt").asText().startsWith("2010-12"))
                .map(order -> order.get("status").asText())
                .forEach(status -> statuses.merge(status, 1L, Long::sum));

        assertThat(statuses)
                .containsOnly(
                        Map.entry("accepted", shop.get("accepted_orders").asLong()),
                        Map.entry("rejected", shop.get("rejected_invoices").asLong()),
                        Map.entry("on-account", shop.get("refund_invoices").asLong()));
    }

    @Test
    void revenue_per_hour_day_and_country_is_the_known_one(RunningSystem system) {
        assertThat(revenue(system, "hour", "start", 13)).isEqualTo(hours(shop.get("revenue_per_hour_gbp")));
        assertThat(revenue(system, "day", "start", 10)).isEqualTo(texts(shop.get("revenue_per_day_gbp")));
        var countries = revenue(system, "country", "country", 99);
        countries.values().removeIf(money -> money.equals("0.00"));
        assertThat(countries).isEqualTo(texts(shop.get("revenue_per_country_gbp")));

        var refunded = BigDecimal.ZERO;
        var refunds = 0;
        for (var day : system.query("analytics", "/revenue?by=day&" + DECEMBER_2010)) {
            refunded = refunded.add(new BigDecimal(day.get("refunded").asText()));
            refunds += day.get("refunds").asInt();
        }
        assertThat(refunded).isEqualByComparingTo(shop.get("refund_total_gbp").asText());
        assertThat(refunds).isEqualTo(shop.get("refund_invoices").asInt());
    }

    @Test
    void top_products_are_the_known_ones(RunningSystem system) {
        var top = Json.MAPPER.createArrayNode();
        system.query("analytics", "/top-products?limit=10&" + DECEMBER_2010)
                .forEach(row -> top.addArray()
                        .add(row.get("productId").asText())
                        .add(row.get("count").asInt()));

        assertThat((JsonNode) top).isEqualTo(shop.get("top_products_by_units"));
    }

    @Test
    void the_channels_say_the_same_to_any_other_reader(RunningSystem system) throws IOException {
        var channel = new ChannelProbe(system);

        var views = channel.latestByKey(Channels.PAGE_VIEWS).values().stream()
                .filter(row -> row.start().toString().startsWith("2015"))
                .mapToLong(row -> row.views())
                .sum();
        assertThat(views).isEqualTo(log.get("page_views").asLong());

        var revenue = channel.latestByKey(Channels.REVENUE).values().stream()
                .filter(row -> row.start().toString().startsWith("2010"))
                .mapToLong(Revenue::revenueMinor)
                .sum();
        assertThat(BigDecimal.valueOf(revenue, 2))
                .isEqualByComparingTo(shop.get("accepted_total_gbp").asText());
        assertThat(channel.latestByKey(Channels.VISITS).values().stream()
                        .filter(visit -> visit.start().toString().startsWith("2015")))
                .hasSize(log.get("visits_30min_gap").asInt());
    }

    // fork: audit
    @Test
    void the_archive_holds_every_record_of_every_audited_channel(RunningSystem system) throws IOException {
        ArchiveCompleteness.assertComplete(system, new ChannelProbe(system));
    }
    // fork: end

    private static Map<String, String> revenue(RunningSystem system, String by, String key, int length) {
        var rows = new TreeMap<String, String>();
        system.query("analytics", "/revenue?by=" + by + "&" + DECEMBER_2010).forEach(row -> {
            var name = row.get(key).asText();
            if (by.equals("country") || row.get("orders").asInt() > 0) {
                rows.put(
                        name.substring(0, Math.min(length, name.length())),
                        row.get("revenue").asText());
            }
        });
        return rows;
    }

    private static Map<String, Long> numbers(JsonNode object) {
        var numbers = new TreeMap<String, Long>();
        object.properties()
                .forEach(field -> numbers.put(field.getKey(), field.getValue().asLong()));
        return numbers;
    }

    private static Map<String, String> texts(JsonNode object) {
        var texts = new TreeMap<String, String>();
        object.properties()
                .forEach(field -> texts.put(field.getKey(), field.getValue().asText()));
        return texts;
    }

    /** Converts {@code 2010-12-01 08} to the start of an ISO instant. */
    private static Map<String, String> hours(JsonNode object) {
        var hours = new TreeMap<String, String>();
        texts(object).forEach((hour, money) -> hours.put(hour.replace(' ', 'T'), money));
        return hours;
    }
}

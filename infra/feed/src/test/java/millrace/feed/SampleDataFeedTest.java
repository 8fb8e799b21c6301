package millrace.feed;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import millrace.events.Json;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Feeds of the real data set, against numbers that an independent program computed. */
class SampleDataFeedTest {
    private static final Path DATA = Path.of(System.getProperty("project.root"), "..", "shared", "data");

    private static final int DAY = "2010-12-01".length();
    private static final int HOUR = "2015-05-17T10".length();

    private FakeEdge edge;
    private JsonNode expected;

    @BeforeEach
    void start() throws IOException {
        assumeTrue(Files.isDirectory(DATA), "The real data is not there: ../shared/data beside the project's folder.");
        edge = new FakeEdge();
        expected = Json.MAPPER.readTree(DATA.resolve("expected.json").toFile());
    }

    @AfterEach
    void stop() {
        if (edge != null) {
            edge.close();
        }
    }

    @Test
    void every_page_view_of_the_access_log_is_sent_once() {
        var right = expected.path("access_log");

        var run = edge.feed("access-log", DATA.resolve("access-log/access.log").toString());

        var recount = new DeliveredEventsRecount(edge.accepted());
        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .contains("10,000 lines read, 9,535 events sent, 9,535 accepted by the edge, 0 rejected by it")
                .contains("Unreadable lines: 1", "access.log line 8899 is in no known format of access logs");
        assertThat(recount.views).hasSize(right.path("page_views").asInt());
        assertThat(recount.repeated + recount.late).isZero();
        assertThat(recount.views(view -> view.path("anonymousId").asText()))
                .hasSize(right.path("visitors").asInt());
        assertThat(recount.visits().visits())
                .isEqualTo(right.path("visits_30min_gap").asLong());
        var pages = recount.views(view -> view.at("/properties/path").asText());
        assertThat(pages).hasSize(right.path("distinct_pages").asInt());
        assertThat(right.path("top_pages"))
                .allSatisfy(page -> assertThat(pages)
                        .containsEntry(page.path(0).asText(), page.path(1).asLong()));
        assertThat(recount.views(view -> view.path("timestamp").asText().substring(0, HOUR)))
                .isEqualTo(numbers(right.path("views_per_hour")));
    }

    @Test
    void every_invoice_is_sent_as_an_order_or_a_refund() throws IOException {
        var right = expected.path("online_retail");

        var run = edge.feed(retail(days()));

        var recount = new DeliveredEventsRecount(edge.accepted());
        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .contains("22,523 lines read, 1,088 events sent, 1,088 accepted by the edge, 0 rejected by it");
        assertThat(recount.ordersWhere(true))
                .hasSize(right.path("accepted_orders").asInt());
        assertThat(recount.ordersWhere(false))
                .hasSize(right.path("rejected_invoices").asInt());
        assertThat(recount.refunds).hasSize(right.path("refund_invoices").asInt());
        assertThat(recount.refunds.stream()
                        .mapToLong(DeliveredEventsRecount::refunded)
                        .sum())
                .isEqualTo(DeliveredEventsRecount.minor(right.path("refund_total_gbp")));
        assertThat(recount.revenue(order -> order.path("country").asText()))
                .isEqualTo(amounts(right.path("revenue_per_country_gbp")));
        assertThat(recount.revenue(order -> order.path("timestamp").asText().substring(0, DAY)))
                .isEqualTo(amounts(right.path("revenue_per_day_gbp")));
        assertThat(right.path("top_products_by_units"))
                .allSatisfy(product -> assertThat(recount.unitsPerProduct())
                        .containsEntry(product.path(0).asText(), product.path(1).asLong()));
    }

    @Test
    void a_second_feed_of_the_files_in_another_order_sends_identical_requests() throws IOException {
        edge.feed(retail(days()));
        edge.feed(retail(days().reversed()));

        var requests = edge.requests();
        var half = requests.size() / 2;
        assertThat(requests.subList(half, 2 * half)).containsExactlyInAnyOrderElementsOf(requests.subList(0, half));
    }

    private static List<String> days() throws IOException {
        try (var files = Files.list(DATA.resolve("online-retail"))) {
            return files.map(Path::toString).sorted().toList();
        }
    }

    private static String[] retail(List<String> files) {
        return Stream.concat(Stream.of("retail"), files.stream()).toArray(String[]::new);
    }

    private static Map<String, Long> numbers(JsonNode object) {
        return object.properties().stream()
                .collect(toMap(Map.Entry::getKey, field -> field.getValue().asLong()));
    }

    private static Map<String, Long> amounts(JsonNode object) {
        return object.properties().stream()
                .collect(toMap(Map.Entry::getKey, field -> DeliveredEventsRecount.minor(field.getValue())));
    }
}

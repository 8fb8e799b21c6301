package millrace.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import millrace.events.Json;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The real input as it goes out, against numbers that another program computed. */
class RealDataTest {
    private static final Path DATA = Path.of(System.getProperty("project.root"), "..", "shared", "data");

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
    void every_page_view_of_the_access_log_goes_out_once() {
        var right = expected.path("access_log");

        var run = edge.feed("access-log", DATA.resolve("access-log/access.log").toString());

        var views = edge.accepted();
        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).contains("10,000 lines read, 9,535 events sent, 9,535 accepted", "access.log line 8899");
        assertThat(texts(views.stream(), "/messageId"))
                .hasSize(right.path("page_views").asInt());
        assertThat(texts(views.stream(), "/anonymousId"))
                .hasSize(right.path("visitors").asInt());
        assertThat(texts(views.stream(), "/properties/path"))
                .hasSize(right.path("distinct_pages").asInt());
        assertThat(visits(views)).isEqualTo(right.path("visits_30min_gap").asLong());
    }

    private static Map<String, Long> texts(Stream<JsonNode> events, String field) {
        return events.collect(
                Collectors.groupingBy(event -> event.at(field).asText(), TreeMap::new, Collectors.counting()));
    }

    private static long visits(Iterable<JsonNode> views) {
        var times = new TreeMap<String, TreeSet<Instant>>();
        for (var view : views) {
            times.computeIfAbsent(view.path("anonymousId").asText(), visitor -> new TreeSet<>())
                    .add(Instant.parse(view.path("timestamp").asText()));
        }
        return times.values().stream().mapToLong(RealDataTest::visits).sum();
    }

    private static long visits(TreeSet<Instant> times) {
        return times.stream()
                .filter(time -> times.lower(time) == null
                        || Duration.between(times.lower(time), time).toMinutes() >= 30
                                && !time.equals(times.lower(time).plus(Duration.ofMinutes(30))))
                .count();
    }

    @Test
    void every_invoice_goes_out_as_what_it_is() throws IOException {
        var right = expected.path("online_retail");
        try (var files = Files.list(DATA.resolve("online-retail"))) {
            var arguments =
                    Stream.concat(Stream.of("retail"), files.map(Path::toString).sorted());

            var run = edge.feed(arguments.toArray(String[]::new));

            assertThat(run.exitCode()).isZero();
            assertThat(run.out()).contains("22,523 lines read, 1,088 events sent, 1,088 accepted, 0 refused");
        }
        var refunds =
                edge.accepted().stream().filter(event -> event.has("event")).toList();
        assertThat(refunds).hasSize(right.path("refund_invoices").asInt());
    }
}

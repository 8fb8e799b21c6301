package millrace.audit.question;

import static io.restassured.RestAssured.given;
import static millrace.audit.restore.ArchivedRows.bytes;
import static millrace.audit.restore.ArchivedRows.row;
import static millrace.audit.restore.ArchivedRows.traced;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import millrace.audit.PlatformResource;
import millrace.audit.chain.KeptRecord;
import millrace.audit.restore.ArchivedRows;
import millrace.events.Json;
import millrace.local.Platform;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the archive answers. Each test has an order of its own, and no record of it was ever on the broker. */
@QuarkusTest
@WithTestResource(PlatformResource.class)
class QuestionsTest {
    private static final Instant NOON = Instant.parse("2024-05-01T12:00:00Z");
    private static final long MS = NOON.toEpochMilli();

    /** Far from what the service itself archives. */
    private static final int FAR = 1_000_000;

    Platform platform;

    @Test
    void all_pages_together_are_all_records_of_the_order_in_order_of_time() throws Exception {
        var rows = rowsOf("o-pages", 103);
        insert(rows);

        var read = new ArrayList<String>();
        for (var page = ask("/audit/orders/o-pages?limit=10"); page != null; page = next(page)) {
            assertThat(page.statusCode()).isEqualTo(200);
            places(page).forEach(read::add);
        }

        assertThat(read).containsExactlyElementsOf(sorted(rows));
    }

    @Test
    void as_json_lines_there_are_all_of_them_at_once() throws Exception {
        var rows = rowsOf("o-lines", 250);
        insert(rows);

        var lines = reader().accept("application/x-ndjson").get("/audit/orders/o-lines");

        assertThat(lines.contentType()).startsWith("application/x-ndjson");
        assertThat(lines.asString().lines().map(QuestionsTest::place)).containsExactlyElementsOf(sorted(rows));
        assertThat(ask("/audit/orders/o-lines?format=jsonl").asString()).isEqualTo(lines.asString());
        assertThat(ask("/audit/orders/o-none?format=jsonl").asString()).isEmpty();
    }

    @Test
    void a_span_of_time_begins_with_its_beginning_and_ends_before_its_end() throws Exception {
        insert(List.of(
                row("orders", 0, FAR + 1, MS - 1, "o-span", "{}"),
                row("orders", 0, FAR + 2, MS, "o-span", "{}"),
                row("orders", 0, FAR + 3, MS + 1, "o-span", "{}")));

        var answer = ask("/audit/orders/o-span?from=2024-05-01T12:00:00Z&to=2024-05-01T12:00:00.001Z");

        assertThat(places(answer)).containsExactly("orders/0/" + (FAR + 2));
    }

    @Test
    void others_with_the_same_key_are_not_the_order_but_its_dead_letters_are() throws Exception {
        var origin = new byte[][] {bytes("dead-letter-channel")};
        var streams = new byte[][] {bytes("__streams.errors.topic")};
        var prefixed = new byte[][] {bytes(platform.topic("orders"))};
        insert(List.of(
                row("clicks", 0, FAR + 1, MS, "o-dead", "{}"),
                row("transactions", 0, FAR + 2, MS, "o-dead", "{}"),
                row("transactions-dlq", 0, FAR + 3, MS, "o-dead", "{", origin, new byte[][] {bytes("transactions")}),
                row("analytics-dlq", 0, FAR + 4, MS, "o-dead", "{", streams, prefixed),
                row("analytics-dlq", 0, FAR + 5, MS, "o-dead", "{", origin, new byte[][] {bytes("clicks")})));

        assertThat(places(ask("/audit/orders/o-dead")))
                .containsExactly(
                        "analytics-dlq/0/" + (FAR + 4), "transactions/0/" + (FAR + 2), "transactions-dlq/0/" + (FAR + 3));
    }

    @Test
    void a_trace_is_found_by_its_id_and_by_the_header() throws Exception {
        var trace = new UUID(0x0af7651916cd43ddL, 0x8448eb211c80319cL);
        insert(List.of(
                traced(row("clicks", 0, FAR + 11, MS, "v1", "{}"), trace),
                traced(row("orders", 1, FAR + 12, MS + 1, "o9", "{}"), trace)));

        var places = List.of("clicks/0/" + (FAR + 11), "orders/1/" + (FAR + 12));
        var id = "0af7651916cd43dd8448eb211c80319c";
        assertThat(places(ask("/audit/traces/" + id))).isEqualTo(places);
        assertThat(places(ask("/audit/traces/00-" + id + "-b7ad6b7169203331-01"))).isEqualTo(places);
    }

    @Test
    void an_order_is_as_its_last_record_up_to_the_moment_says() throws Exception {
        insert(List.of(
                row("order-state", 0, FAR + 21, MS, "o-state", "{\"version\":1}"),
                row("order-state", 0, FAR + 22, MS + 1000, "o-state", "{\"version\":2}"),
                row("order-state", 0, FAR + 23, MS + 1000, "o-state", "{\"version\":3}"),
                row("order-state", 0, FAR + 24, MS + 5000, "o-state", null)));

        var at = "/audit/orders/o-state/state?at=";
        assertThat(json(ask(at + NOON)).at("/value/version").asInt()).isEqualTo(1);
        assertThat(json(ask(at + NOON.plusMillis(999))).at("/value/version").asInt())
                .isEqualTo(1);
        assertThat(json(ask(at + NOON.plusSeconds(1))).at("/value/version").asInt())
                .isEqualTo(3);
        assertThat(json(ask("/audit/orders/o-state/state")).get("value").isNull())
                .isTrue();
        problem(ask(at + NOON.minusMillis(1)), 404, "The archive has no record of order o-state on order-state up to");
    }

    @Test
    void bytes_that_are_no_text_and_no_json_are_in_base64_and_what_is_missing_is_null() throws Exception {
        var names = new byte[][] {bytes("a"), bytes("a"), bytes("b")};
        var values = new byte[][] {bytes("1"), {(byte) 0xff}, null};
        insert(List.of(
                row("orders", 0, FAR + 31, MS, "o-bytes", "{\"a\": 1.50,\"a2\":1e3}", names, values),
                row("orders", 0, FAR + 32, MS, "o-bytes", "{\"a\":1,\"a\":2}"),
                row("orders", 0, FAR + 33, MS, "o-bytes", "null"),
                row("orders", 0, FAR + 34, MS, "o-bytes", null)));

        assertThat(ask("/audit/orders/o-bytes?format=jsonl").asString().lines())
                .satisfiesExactly(
                        line -> assertThat(line)
                                .contains("\"value\":{\"a\":1.50,\"a2\":1E+3}")
                                .contains("[{\"name\":\"a\",\"value\":\"1\"},{\"name\":\"a\",\"valueBase64\":\"/w==\"},"
                                        + "{\"name\":\"b\",\"value\":null}]"),
                        line -> assertThat(line).contains("\"valueBase64\":\"eyJhIjoxLCJhIjoyfQ==\""),
                        line -> assertThat(line).contains("\"valueBase64\":\"bnVsbA==\""),
                        line -> assertThat(line).contains("\"value\":null}"));
    }

    @Test
    void an_answer_that_nobody_writes_takes_no_turn_from_the_others() {
        for (var i = 0; i < 5; i++) {
            assertThat(reader().head("/audit/orders/o-head").statusCode()).isEqualTo(200);
        }

        assertThat(ask("/audit/orders/o-head").statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "orders/o?limit=0;limit must be a number from 1 to 10000, not 0.",
                "orders/o?limit=many;limit must be a number from 1 to 10000, not many.",
                "orders/o?after=x;after must be as the header Link of the answer before says it, which x is not.",
                "orders/o?from=yesterday;from must be an ISO 8601 instant like 2024-05-01T12:00:00Z, not yesterday.",
                "orders/o?from=2024-05-01T12:00:00Z&to=2024-05-01T12:00:00Z;from must be before to",
                "orders/o?format=xml;format must be json or jsonl, not xml.",
                "orders/o/state?at=+1000000000-12-31T00:00:00Z;at must be an ISO 8601 instant",
                "traces/1;A trace is 32 digits of 0-9 and a-f, or a header traceparent with them, not 1."
            })
    void what_makes_no_sense_is_answered_with_what_was_expected(String question, String sentence) {
        problem(ask("/audit/" + question), 400, sentence);
    }

    /** Several at one time, on all channels of orders, in an order that is not that of time. */
    private static List<KeptRecord> rowsOf(String order, int number) {
        var random = new Random(order.hashCode());
        var channels = List.of("transactions", "orders", "order-state");
        var start = FAR + 100 * Math.abs(order.hashCode() % 1000L) * 1000;
        return Stream.iterate(0, n -> n < number, n -> n + 1)
                .map(n -> row(channels.get(n % 3), n % 2, start + n, MS + random.nextInt(20), order, "{\"n\":" + n + "}"))
                .toList();
    }

    private static List<String> sorted(List<KeptRecord> rows) {
        return rows.stream()
                .sorted(Comparator.comparingLong(KeptRecord::timestampMs)
                        .thenComparing(KeptRecord::channel)
                        .thenComparing(KeptRecord::partition)
                        .thenComparing(KeptRecord::seq))
                .map(row -> row.channel() + "/" + row.partition() + "/" + row.seq())
                .toList();
    }

    private void insert(List<KeptRecord> rows) throws SQLException {
        try (var database = DriverManager.getConnection(platform.jdbcUrl())) {
            ArchivedRows.insert(database, rows);
        }
    }

    private static RequestSpecification reader() {
        return given().header("Authorization", PlatformResource.READER).urlEncodingEnabled(false);
    }

    private static Response ask(String question) {
        return reader().get(question);
    }

    /** What the header Link asks; null where there is none. */
    private static Response next(Response page) {
        var link = page.header("Link");
        return link == null ? null : ask(link.substring(1, link.indexOf('>')));
    }

    private static List<String> places(Response page) throws Exception {
        var places = new ArrayList<String>();
        json(page).forEach(record -> places.add(place(record)));
        return places;
    }

    private static String place(String line) {
        try {
            return place(Json.MAPPER.readTree(line));
        } catch (JsonProcessingException e) {
            throw new AssertionError(line, e);
        }
    }

    private static String place(JsonNode record) {
        return record.get("channel").asText() + "/" + record.get("partition") + "/" + record.get("seq");
    }

    private static JsonNode json(Response answer) throws Exception {
        return Json.MAPPER.readTree(answer.asString());
    }

    private static void problem(Response answer, int status, String sentence) {
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.contentType()).startsWith("application/problem+json");
        assertThat(answer.jsonPath().getString("detail")).startsWith(sentence);
    }
}

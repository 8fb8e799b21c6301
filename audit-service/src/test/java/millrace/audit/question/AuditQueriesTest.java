package millrace.audit.question;

import static millrace.audit.question.AuditQueryClient.ask;
import static millrace.audit.question.AuditQueryClient.insert;
import static millrace.audit.question.AuditQueryClient.next;
import static millrace.audit.question.AuditQueryClient.places;
import static millrace.audit.question.AuditQueryClient.reader;
import static millrace.audit.restore.ArchiveFixture.bytes;
import static millrace.audit.restore.ArchiveFixture.row;
import static millrace.audit.restore.ArchiveFixture.traced;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import millrace.audit.AuditPlatformResource;
import millrace.audit.table.ArchivedRecord;
import millrace.local.Platform;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Queries over HTTP. Each test inserts the records of an order of its own into the archive, without the broker. */
@QuarkusTest
@WithTestResource(AuditPlatformResource.class)
@Tag("platform")
class AuditQueriesTest {
    private static final Instant NOON = Instant.parse("2024-05-01T12:00:00Z");
    private static final long MS = NOON.toEpochMilli();

    /** Far from the numbers of records that the service itself archives. */
    private static final int FAR = 1_000_000;

    Platform platform;

    @Test
    void all_pages_together_are_all_records_of_the_order_in_order_of_time() throws Exception {
        var rows = rowsOf("shop/o-pages", 103);
        insert(platform, rows);

        var read = new ArrayList<String>();
        for (var page = ask("/audit/orders/shop/o-pages?limit=10"); page != null; page = next(page)) {
            assertThat(page.statusCode()).isEqualTo(200);
            places(page).forEach(read::add);
        }

        assertThat(read).containsExactlyElementsOf(sorted(rows));
    }

    @Test
    void as_json_lines_there_are_all_of_them_at_once() throws Exception {
        var rows = rowsOf("shop/o-lines", 250);
        insert(platform, rows);

        var lines = reader().accept("application/x-ndjson").get("/audit/orders/shop/o-lines");

        assertThat(lines.contentType()).startsWith("application/x-ndjson");
        assertThat(lines.asString().lines().map(AuditQueryClient::place)).containsExactlyElementsOf(sorted(rows));
        assertThat(ask("/audit/orders/shop/o-lines?format=jsonl").asString()).isEqualTo(lines.asString());
        assertThat(ask("/audit/orders/shop/o-none?format=jsonl").asString()).isEmpty();
    }

    @Test
    void a_span_of_time_begins_with_its_beginning_and_ends_before_its_end() throws Exception {
        insert(
                platform,
                List.of(
                        row("orders", 0, FAR + 1, MS - 1, "shop/o-span", "{}"),
                        row("orders", 0, FAR + 2, MS, "shop/o-span", "{}"),
                        row("orders", 0, FAR + 3, MS + 1, "shop/o-span", "{}")));

        var answer = ask("/audit/orders/shop/o-span?from=2024-05-01T12:00:00Z&to=2024-05-01T12:00:00.001Z");

        assertThat(places(answer)).containsExactly("orders/0/" + (FAR + 2));
    }

    @Test
    void others_with_the_same_key_are_not_the_order_but_its_dead_letters_are() throws Exception {
        var origin = new byte[][] {bytes("dead-letter-channel")};
        // fork: analytics
        var streams = new byte[][] {bytes("__streams.errors.topic")};
        var prefixed = new byte[][] {bytes(platform.topic("orders"))};
        // fork: end
        insert(
                platform,
                List.of(
                        row("clicks", 0, FAR + 1, MS, "shop/o-dead", "{}"),
                        row("transactions", 0, FAR + 2, MS, "shop/o-dead", "{}"),
                        row("transactions-dlq", 0, FAR + 3, MS, "shop/o-dead", "{", origin, new byte[][] {
                            bytes("transactions")
                        }),
                        // fork: analytics
                        row("analytics-dlq", 0, FAR + 4, MS, "shop/o-dead", "{", streams, prefixed),
                        // fork: end
                        row("transactions-dlq", 0, FAR + 5, MS, "shop/o-dead", "{", origin, new byte[][] {
                            bytes("clicks")
                        })));

        assertThat(places(ask("/audit/orders/shop/o-dead")))
                .containsExactly(
                        // fork: analytics
                        "analytics-dlq/0/" + (FAR + 4),
                        // fork: end
                        "transactions/0/" + (FAR + 2),
                        "transactions-dlq/0/" + (FAR + 3));
    }

    @Test
    void a_trace_is_found_by_its_id_and_by_the_header() throws Exception {
        var trace = new UUID(0x0af7651916cd43ddL, 0x8448eb211c80319cL);
        insert(
                platform,
                List.of(
                        traced(row("clicks", 0, FAR + 11, MS, "v1", "{}"), trace),
                        traced(row("orders", 1, FAR + 12, MS + 1, "o9", "{}"), trace)));

        var places = List.of("clicks/0/" + (FAR + 11), "orders/1/" + (FAR + 12));
        var id = "0af7651916cd43dd8448eb211c80319c";
        assertThat(places(ask("/audit/traces/" + id))).isEqualTo(places);
        assertThat(places(ask("/audit/traces/00-" + id + "-b7ad6b7169203331-01")))
                .isEqualTo(places);
    }

    /** Inserts records with equal timestamps on all channels of orders, not sorted by time. */
    private static List<ArchivedRecord> rowsOf(String order, int number) {
        var random = new Random(order.hashCode());
        var channels = List.of("transactions", "orders", "order-state");
        var start = FAR + 100 * Math.abs(order.hashCode() % 1000L) * 1000;
        return Stream.iterate(0, n -> n < number, n -> n + 1)
                .map(n ->
                        row(channels.get(n % 3), n % 2, start + n, MS + random.nextInt(20), order, "{\"n\":" + n + "}"))
                .toList();
    }

    private static List<String> sorted(List<ArchivedRecord> rows) {
        return rows.stream()
                .sorted(Comparator.comparingLong(ArchivedRecord::timestampMs)
                        .thenComparing(ArchivedRecord::channel)
                        .thenComparing(ArchivedRecord::partition)
                        .thenComparing(ArchivedRecord::seq))
                .map(row -> row.channel() + "/" + row.partition() + "/" + row.seq())
                .toList();
    }
}

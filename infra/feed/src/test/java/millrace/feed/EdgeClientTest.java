package millrace.feed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Retries and stops of a feed when the edge does not accept. */
class EdgeClientTest {
    @TempDir
    Path folder;

    private FakeEdge edge;
    private String order;
    private String view;

    @BeforeEach
    void start() throws IOException {
        edge = new FakeEdge();
        order = Files.writeString(
                        folder.resolve("order.csv"),
                        "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"
                                + "536365,A1,LAMP,2,2010-12-01 08:26:00,2.55,17850.0,France\n")
                .toString();
        view = Files.writeString(
                        folder.resolve("access.log"),
                        "203.0.113.9 - - [17/May/2015:10:05:03 +0000] \"GET / HTTP/1.1\" 200 12 \"-\" \"Browser\"\n")
                .toString();
    }

    @AfterEach
    void stop() {
        edge.close();
    }

    @Test
    void an_order_that_was_not_accepted_is_retried_with_the_same_id() {
        edge.fail(503, 429, 500);

        var run = edge.feed("retail", order);

        assertThat(run.exitCode()).isZero();
        assertThat(edge.requests()).hasSize(4);
        assertThat(Stream.of(0, 1, 2, 3)
                        .map(edge.requests()::get)
                        .map(FakeEdge.Request::idempotencyKey)
                        .distinct())
                .singleElement()
                .isNotNull();
    }

    @Test
    void a_batch_that_was_not_accepted_is_retried_unchanged() {
        edge.fail(503);

        var run = edge.feed("access-log", view);

        assertThat(run.out()).contains("1 events sent, 1 accepted by the edge, 0 rejected by it");
        assertThat(edge.requests()).hasSize(2);
        assertThat(edge.requests().get(1).body())
                .isEqualTo(edge.requests().get(0).body());
    }

    @Test
    void it_waits_as_long_as_the_edge_asks() {
        edge.failAskingFor(Duration.ofSeconds(1), 429);
        var started = System.nanoTime();

        edge.feed("access-log", view);

        assertThat(Duration.ofNanos(System.nanoTime() - started))
                .isBetween(Duration.ofSeconds(1), Duration.ofSeconds(10));
        assertThat(edge.accepted()).hasSize(1);
    }

    @Test
    void it_stops_with_a_sentence_when_the_patience_is_used_up() {
        edge.failAskingFor(Duration.ofSeconds(60), 503);

        var run = edge.feed("access-log", "--patience", "1s", view);

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("Stopped, because for 0 s " + edge.url() + " answered 503.");
        assertThat(run.out()).contains("0 events sent");
    }

    @Test
    void an_unreachable_edge_is_retried_until_the_patience_is_used_up() {
        edge.close();

        var run = edge.feed("access-log", "--patience", "0.5s", view);

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains(edge.url() + " could not be reached (ConnectException).");
    }

    @Test
    void an_unknown_write_key_stops_it_at_once() {
        edge.fail(401);

        var run = edge.feed("access-log", view);

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("/v1/import was answered 401: ");
        assertThat(edge.requests()).hasSize(1);
    }

    @Test
    void rejected_orders_are_counted_by_reason_with_the_first_order() {
        var run = edge.feed("retail", "--currency", "pounds", order);

        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .contains("1 events sent, 0 accepted by the edge, 1 rejected by it")
                .contains("  1 × currency is not as it has to be (first: 536365)");
    }
}

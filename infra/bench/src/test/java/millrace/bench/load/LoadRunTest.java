package millrace.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import millrace.events.Json;
import org.junit.jupiter.api.Test;

/** Loads against a scripted server. */
class LoadRunTest {
    private static final int RATE = 500;

    /** Offset of the clock; a stalling server advances it, so that no test waits for the stall. */
    private final AtomicLong stalled = new AtomicLong();

    @Test
    void a_stall_counts_for_every_request_that_was_due_in_it() throws Exception {
        try (var server =
                new FakeHttpServer(number -> number == 100 ? stall(Duration.ofMillis(500)) : FakeHttpServer.SUCCESS)) {
            var result = run(plan(server, 1, RATE, 0, Duration.ofSeconds(2)));

            assertThat(result.accepted()).isEqualTo(server.bodies.size());
            assertThat(result.accepted() + result.errors().getOrDefault("not sent", 0L))
                    .isEqualTo(2 * RATE);
            // A quarter of the requests were due in the stall, one every 2 ms: without them p99 would be a few ms.
            assertThat(result.maxMicros()).isGreaterThanOrEqualTo(500_000);
            assertThat(result.p99Micros()).isGreaterThan(450_000);
        }
    }

    @Test
    void a_due_request_that_is_never_sent_has_a_latency_and_is_an_error() throws Exception {
        try (var server =
                new FakeHttpServer(number -> number == 50 ? stall(Duration.ofSeconds(1)) : FakeHttpServer.SUCCESS)) {
            var result = run(plan(server, 1, RATE, 0, Duration.ofSeconds(1)));

            assertThat(result.errors()).containsOnlyKeys("not sent");
            assertThat(result.accepted() + result.errors().get("not sent")).isEqualTo(RATE);
            assertThat(result.p99Micros()).isGreaterThan(350_000);
        }
    }

    @Test
    void a_closed_loop_sends_one_when_one_is_answered() throws Exception {
        try (var server = new FakeHttpServer(number -> FakeHttpServer.SUCCESS)) {
            var result = run(plan(server, 4, 0, 0, Duration.ofMillis(300)));

            assertThat(result.accepted()).isPositive().isEqualTo(server.bodies.size());
            assertThat(result.eventsPerSecond() * 0.3).isCloseTo(result.accepted(), offset(5.0));
            assertThat(messageIds(server)).doesNotHaveDuplicates();
        }
    }

    @Test
    void a_status_that_is_no_200_is_an_error_and_no_event() throws Exception {
        var tooMany = "HTTP/1.1 429 Too Many Requests\r\nContent-Length: 0\r\n\r\n";
        try (var server = new FakeHttpServer(number -> number % 2 == 0 ? tooMany : FakeHttpServer.SUCCESS)) {
            var result = run(plan(server, 1, 0, 10, Duration.ofMillis(200)));

            assertThat(result.errors()).containsOnlyKeys("429");
            assertThat(result.accepted() / 10 + result.errors().get("429")).isEqualTo(server.bodies.size());
        }
    }

    @Test
    void a_connection_that_the_server_closes_is_an_error_and_opened_again() throws Exception {
        try (var server =
                new FakeHttpServer(number -> number == 20 ? FakeHttpServer.HANG_UP : FakeHttpServer.SUCCESS)) {
            var result = run(plan(server, 2, 0, 0, Duration.ofMillis(200)));

            assertThat(result.errors()).containsExactly(Map.entry("connection lost", 1L));
            assertThat(result.unknown()).isEqualTo(1);
            assertThat(result.accepted()).isGreaterThan(20).isEqualTo(server.bodies.size() - 1);
        }
    }

    @Test
    void an_absent_server_is_reported() throws Exception {
        var server = new FakeHttpServer(number -> FakeHttpServer.SUCCESS);
        server.close();

        assertThatThrownBy(() -> run(plan(server, 1, 0, 0, Duration.ofSeconds(1))))
                .isInstanceOf(ConnectException.class);
    }

    private LoadResult run(LoadPlan plan) throws IOException, InterruptedException {
        try (var run = new LoadRun(plan, () -> System.nanoTime() + stalled.get())) {
            return run.run();
        }
    }

    private String stall(Duration time) {
        stalled.addAndGet(time.toNanos());
        return FakeHttpServer.SUCCESS;
    }

    private static LoadPlan plan(FakeHttpServer server, int connections, int rate, int batch, Duration measured) {
        var load = new Load("a load", connections, rate, batch, 735, 100);
        return new LoadPlan(load, List.of(server.port()), "key", List.of(), 0, Duration.ZERO, measured);
    }

    private static List<String> messageIds(FakeHttpServer server) {
        return server.bodies.stream()
                .map(body -> {
                    try {
                        return Json.MAPPER.readTree(body).get("messageId").asText();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                })
                .toList();
    }
}

package millrace.feed;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import millrace.events.Json;

/** Fake of the edge: accepts every message that is valid in the protocol and records the requests in their order. */
final class FakeEdge implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Queue<Integer> failures = new ArrayDeque<>();
    private volatile Duration pause = Duration.ZERO;
    private Optional<Duration> retryAfter = Optional.empty();
    private final List<Request> requests = new ArrayList<>();

    /** @param status status of the response */
    record Request(String uri, String authorization, String idempotencyKey, JsonNode body, int status) {
        boolean isOrder() {
            return uri.startsWith("/orders");
        }

        /** Returns the clicks of a batch, or the order. */
        Stream<JsonNode> events() {
            return isOrder()
                    ? Stream.of(body)
                    : StreamSupport.stream(body.path("batch").spliterator(), false);
        }
    }

    /** Exit code and output of a feed. */
    record Run(int exitCode, String out, String err) {}

    FakeEdge() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.setExecutor(threads);
        server.start();
    }

    /** Answers the next requests with these statuses. */
    void fail(Integer... statuses) {
        failures.addAll(List.of(statuses));
    }

    /** Like {@link #fail}, with this time in {@code Retry-After}. */
    void failAskingFor(Duration pause, Integer... statuses) {
        retryAfter = Optional.of(pause);
        fail(statuses);
    }

    /** Delays every response. */
    void answerAfter(Duration pause) {
        this.pause = pause;
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Runs a feed against this edge. */
    Run feed(String... arguments) {
        var out = new StringWriter();
        var err = new StringWriter();
        var all = Stream.concat(Stream.of(arguments), Stream.of("--url", url(), "--write-key", "key"));
        var exitCode = Feed.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(all.toArray(String[]::new));
        return new Run(exitCode, out.toString(), err.toString());
    }

    synchronized List<Request> requests() {
        return List.copyOf(requests);
    }

    /** Returns all accepted events in the order of their requests. */
    List<JsonNode> accepted() {
        return requests().stream()
                .filter(request -> request.status() < 300)
                .flatMap(request -> request.events()
                        .filter(event -> request.isOrder()
                                || EdgeProtocolRules.faultsOfClick(event).isEmpty()))
                .toList();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void answer(HttpExchange exchange) throws IOException {
        var body = Json.MAPPER.readTree(exchange.getRequestBody().readAllBytes());
        FeedRate.sleep(pause);
        answer(exchange, body);
    }

    private synchronized void answer(HttpExchange exchange, JsonNode body) throws IOException {
        var isOrder = exchange.getRequestURI().getPath().equals("/orders");
        var faults = isOrder ? EdgeProtocolRules.faultsOfOrder(body) : List.<String>of();
        var status = !failures.isEmpty() ? failures.remove() : !faults.isEmpty() ? 400 : isOrder ? 202 : 200;
        requests.add(new Request(
                exchange.getRequestURI().toString(),
                exchange.getRequestHeaders().getFirst("Authorization"),
                exchange.getRequestHeaders().getFirst("Idempotency-Key"),
                body,
                status));
        var problem = FeedMessage.object();
        faults.forEach(problem.putArray("errors")::add);
        var answer = (status == 200 ? EdgeProtocolRules.batchAnswer(body) : problem)
                .toString()
                .getBytes(UTF_8);
        retryAfter.ifPresent(pause -> exchange.getResponseHeaders().set("Retry-After", "" + pause.toSeconds()));
        exchange.sendResponseHeaders(status, answer.length);
        try (var out = exchange.getResponseBody()) {
            out.write(answer);
        }
    }
}

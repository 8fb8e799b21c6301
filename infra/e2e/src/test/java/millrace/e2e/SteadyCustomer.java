package millrace.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Views a page and places orders at a fixed rate, independent of the answers, and records the time of each answer. */
final class SteadyCustomer implements AutoCloseable {
    private static final Duration ANSWERED_WITHIN = Duration.ofSeconds(10);
    private static final int EVERY_MS = 10;
    private static final int ORDER_EVERY = 5;
    private static final String VIEW = """
            {"messageId":"%1$s-%2$d","anonymousId":"%1$s-%2$d","properties":{"path":"%3$s"}}""";
    private static final String ORDER = """
            {"orderId":"%1$s-%2$d","customerId":"%1$s","country":"Norway","currency":"NOK","total":"10.00",\
            "lines":[{"productId":"mug","quantity":2,"unitPrice":"5.00"}]}""";

    private final String name;
    private final URI edge;
    private final String authorization;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private int views;
    private int orders;

    /** @param name part of all ids that it sends, and the page that it views */
    SteadyCustomer(RunningSystem system, String name) {
        this.name = name;
        edge = URI.create(system.url("web"));
        var key = system.property("write-key.shop") + ":";
        authorization = "Basic " + Base64.getEncoder().encodeToString(key.getBytes(UTF_8));
    }

    /**
     * Answer to a request.
     *
     * @param status of HTTP; without an answer, the failure
     * @param took from the moment of sending
     */
    record Answer(String status, Duration took) {}

    /** Sends the requests and returns when all are answered, at the latest after the time limit of one answer. */
    List<Answer> shop(int requests) throws ExecutionException, InterruptedException {
        var answers = new ArrayList<CompletableFuture<Answer>>();
        for (var number = 0; number < requests; number++) {
            var request = number % ORDER_EVERY == 0
                    ? request("/orders", ORDER.formatted(name, orders++))
                    : request("/v1/page", VIEW.formatted(name, views++, page()));
            var answer = new CompletableFuture<Answer>();
            clock.schedule(() -> send(request, answer), (long) number * EVERY_MS, TimeUnit.MILLISECONDS);
            answers.add(answer);
        }
        var all = new ArrayList<Answer>();
        for (var answer : answers) {
            all.add(answer.get());
        }
        return all;
    }

    String page() {
        return "/" + name;
    }

    int views() {
        return views;
    }

    int orders() {
        return orders;
    }

    private void send(HttpRequest request, CompletableFuture<Answer> answer) {
        var began = System.nanoTime();
        http.sendAsync(request, BodyHandlers.discarding()).whenComplete((response, failure) -> {
            var took = Duration.ofNanos(System.nanoTime() - began);
            var status = failure == null ? Integer.toString(response.statusCode()) : failure.toString();
            answer.complete(new Answer(status, took));
        });
    }

    private HttpRequest request(String path, String body) {
        return HttpRequest.newBuilder(edge.resolve(path))
                .timeout(ANSWERED_WITHIN)
                .header("Authorization", authorization)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body))
                .build();
    }

    @Override
    public void close() {
        clock.shutdownNow();
        http.shutdownNow();
    }
}

package millrace.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;

/** Sends page views to the edge in batches, as an SDK does, and records when each is acknowledged. */
final class PageViewSender implements AutoCloseable {
    static final int BATCH = 10;
    /**
     * Number of pages: high enough that a page recurs only after its earlier views are acknowledged, so that the n-th
     * acknowledgement belongs to the n-th view.
     */
    static final int PAGES = 1_000;

    private static final int VISITORS = 5_000;
    private static final String PATH = "/measured-";

    private final URI edge;
    private final String authorization;
    private final CountLatencies counts;
    private final HttpClient http = HttpClient.newHttpClient();
    private int number;

    PageViewSender(int port, String writeKey, CountLatencies counts) {
        this.edge = URI.create("http://127.0.0.1:" + port + "/v1/batch");
        this.authorization = "Basic " + Base64.getEncoder().encodeToString((writeKey + ":").getBytes(UTF_8));
        this.counts = counts;
    }

    /** Returns true if an aggregate counts these page views. */
    static boolean isOwn(String key) {
        return key.contains("|" + PATH);
    }

    /** Sends a batch without waiting for the response. */
    void send(boolean measured) {
        var now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        var keys = new ArrayList<String>();
        var views = new ArrayList<String>();
        for (int i = 0; i < BATCH; i++) {
            var page = PATH + number % PAGES;
            keys.add(key(now, page));
            views.add(view(page, now));
            number++;
        }
        http.sendAsync(request(views), BodyHandlers.discarding()).thenAccept(answer -> {
            if (answer.statusCode() == 200) {
                note(keys, measured);
            }
        });
    }

    /** Returns the key of the aggregate of a page and minute. */
    static String key(Instant time, String page) {
        return time.truncatedTo(ChronoUnit.MINUTES) + "|" + page;
    }

    @Override
    public void close() {
        http.close();
    }

    private void note(List<String> keys, boolean measured) {
        var now = System.nanoTime();
        keys.forEach(key -> counts.acknowledge(key, now, measured));
    }

    private String view(String page, Instant time) {
        return """
                {"type":"page","messageId":"measured-%d","anonymousId":"measured-%d","timestamp":"%s",\
                "properties":{"path":"%s"},"context":{"page":{"path":"%s","url":"https://shop.example%s","title":"Shop"}}}\
                """.formatted(number, number / BATCH % VISITORS, time, page, page, page);
    }

    private HttpRequest request(List<String> views) {
        var body = views.stream().collect(Collectors.joining(",", "{\"batch\":[", "]}"));
        return HttpRequest.newBuilder(edge)
                .header("Authorization", authorization)
                .header("Content-Type", "application/json")
                .timeout(Duration.ofSeconds(10))
                .POST(BodyPublishers.ofString(body))
                .build();
    }
}

package millrace.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.UUID;
import millrace.events.Json;

/** Sends a shop's events of orders to the edge, as Segment's libraries do. */
final class TrackedOrders {
    /** Ends in what a page would run if it took the text for HTML. */
    static final String HOSTILE = "<img src=x onerror=alert(1)>";

    private final RunningSystem system;
    private final HttpClient http = HttpClient.newHttpClient();

    TrackedOrders(RunningSystem system) {
        this.system = system;
    }

    /** Sends an event of a customer, with the properties that Segment names. */
    void track(String event, String customer, Map<String, Object> properties) throws IOException, InterruptedException {
        var body = Map.of(
                "event", event,
                "messageId", UUID.randomUUID().toString(),
                "userId", customer,
                "timestamp", Instant.now().toString(),
                "properties", properties);
        var key = Base64.getEncoder().encodeToString((system.property("write-key.shop") + ":").getBytes(UTF_8));
        var request = HttpRequest.newBuilder(URI.create(system.url("web") + "/v1/track"))
                .header("Authorization", "Basic " + key)
                .header("Content-Type", "application/json")
                .timeout(Duration.ofSeconds(30))
                .POST(BodyPublishers.ofString(Json.text(body)))
                .build();
        var answer = http.send(request, BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    /** Encodes a text as one part of a path or of a query. */
    static String part(String text) {
        return URLEncoder.encode(text, UTF_8).replace("+", "%20");
    }
}

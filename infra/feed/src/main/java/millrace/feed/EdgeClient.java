package millrace.feed;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import millrace.events.Json;

/**
 * HTTP client of the edge. It retries each request unchanged until it is answered with a final status or the patience
 * is used up; a thread sends one request at a time, so its events are appended in its order.
 */
final class EdgeClient {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration RESPONSE_TIMEOUT = Duration.ofSeconds(30);
    private static final Set<Integer> RETRYABLE_STATUSES = Set.of(408, 429, 500, 502, 503, 504);

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_TIMEOUT)
            .build();
    private final URI url;
    private final String authorization;
    private final String query;
    private final Duration patience;
    private final RetryBackoff.RetryNotices notices = new RetryBackoff.RetryNotices();

    /** @param importName makes the events a source of their own, separate from other events of the same write key */
    EdgeClient(URI url, String writeKey, Optional<String> importName, Duration patience) {
        if (!"http".equals(url.getScheme()) && !"https".equals(url.getScheme())) {
            throw new FeedException("The edge's URL is " + url + ": it must be like http://127.0.0.1:8080.");
        }
        this.url = url;
        this.patience = patience;
        authorization = "Basic " + Base64.getEncoder().encodeToString((writeKey + ":").getBytes(UTF_8));
        query = importName
                .map(name -> "?import=" + URLEncoder.encode(name, UTF_8))
                .orElse("");
    }

    /**
     * Final response of the edge.
     *
     * @param body missing if the body is no JSON
     */
    record Response(int status, JsonNode body) {}

    Response post(String path, byte[] body, Optional<String> idempotencyKey) {
        var request = HttpRequest.newBuilder(url.resolve(path + query))
                .timeout(RESPONSE_TIMEOUT)
                .header("Authorization", authorization)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofByteArray(body));
        idempotencyKey.ifPresent(key -> request.header("Idempotency-Key", key));
        return send(request.build());
    }

    private Response send(HttpRequest request) {
        var backoff = new RetryBackoff(patience, notices);
        while (true) {
            try {
                var response = http.send(request, BodyHandlers.ofByteArray());
                if (!RETRYABLE_STATUSES.contains(response.statusCode())) {
                    return new Response(response.statusCode(), json(response.body()));
                }
                backoff.pause(url + " answered " + response.statusCode(), retryAfter(response));
            } catch (IOException e) {
                backoff.pause(url + " could not be reached (" + e.getClass().getSimpleName() + ")", Optional.empty());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new FeedException("Stopped: interrupted.", e);
            }
        }
    }

    private static Optional<Duration> retryAfter(HttpResponse<?> response) {
        return response.headers()
                .firstValue("Retry-After")
                .filter(seconds -> seconds.matches("\\d{1,6}"))
                .map(seconds -> Duration.ofSeconds(Long.parseLong(seconds)));
    }

    private static JsonNode json(byte[] body) throws IOException {
        try {
            return Json.MAPPER.readTree(body);
        } catch (JsonProcessingException e) {
            return MissingNode.getInstance();
        }
    }
}

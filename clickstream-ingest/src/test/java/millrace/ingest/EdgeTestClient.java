package millrace.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import millrace.events.Json;
import millrace.ingest.segment.SegmentFixture;
import org.eclipse.microprofile.config.ConfigProvider;

/** Sends requests to the edge under test. */
public final class EdgeTestClient {
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /** Authorization of the source {@code shop}. */
    public static final String BASIC =
            "Basic " + Base64.getEncoder().encodeToString((EdgePlatformResource.WRITE_KEY + ":").getBytes(UTF_8));

    private EdgeTestClient() {}

    /** A response of the edge. */
    public record Response(HttpResponse<String> response) {
        public int status() {
            return response.statusCode();
        }

        public String text() {
            return response.body();
        }

        public JsonNode json() {
            try {
                return text().isEmpty() ? MissingNode.getInstance() : Json.MAPPER.readTree(text());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        public Optional<String> header(String name) {
            return response.headers().firstValue(name);
        }
    }

    /** Posts as the source {@code shop}; single quotes in the body stand for double ones. */
    public static Response post(String path, String body, String... headers) {
        return send(request(path, headers).header("Authorization", BASIC), body);
    }

    /** Posts without a write key. */
    public static Response postWithoutKey(String path, String body, String... headers) {
        return send(request(path, headers), body);
    }

    public static Response get(String path, String... headers) {
        return send(request(path, headers).GET());
    }

    /** Gets the metrics with a reader's API key. */
    public static Response metrics() {
        return get("/q/metrics", "Authorization", "Bearer " + EdgePlatformResource.READER_KEY);
    }

    /** Sends any method and body unchanged. */
    public static Response send(String method, String path, byte[] body, String... headers) {
        return send(request(path, headers).method(method, HttpRequest.BodyPublishers.ofByteArray(body)));
    }

    private static HttpRequest.Builder request(String path, String... headers) {
        var port = ConfigProvider.getConfig().getValue("quarkus.http.test-port", int.class);
        var request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                .timeout(Duration.ofSeconds(60));
        return headers.length == 0 ? request : request.headers(headers);
    }

    private static Response send(HttpRequest.Builder request, String body) {
        return send(request.POST(HttpRequest.BodyPublishers.ofByteArray(SegmentFixture.json(body))));
    }

    private static Response send(HttpRequest.Builder request) {
        try {
            return new Response(CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted", e);
        }
    }
}

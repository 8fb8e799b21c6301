package millrace.console.view;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import millrace.console.call.Access;
import millrace.console.call.ConsoleException;
import millrace.events.Json;

/** Calls one service over HTTP, as any other client does. */
public final class ServiceClient {
    private static final Duration ANSWERED_WITHIN = Duration.ofSeconds(10);
    private static final Duration READY_WITHIN = Duration.ofSeconds(2);
    private static final int LARGEST_ANSWER = 4 * 1024 * 1024;
    private static final int MOST_VALUES = 200_000;
    private static final Pattern NO_NAME = Pattern.compile("^[^?]*/\\.{0,2}(/|\\?|$)");

    private final String process;
    private final URI url;
    private final HttpClient http;

    ServiceClient(String process, URI url, HttpClient http) {
        this.process = process;
        this.url = url;
        this.http = http;
    }

    public URI url() {
        return url;
    }

    /** Encodes a value as one part of a path or of a query. */
    public static String part(String value) {
        return URLEncoder.encode(value, UTF_8).replace("+", "%20");
    }

    /**
     * Asks with the reader's key.
     *
     * @return a missing node for an empty answer
     * @throws ConsoleException with the service's status and sentence where it refuses, 503 where it does not answer
     */
    public JsonNode get(Access access, String path) throws InterruptedException {
        return send(builder(path).GET(), bearer(access.readerKey(), "reader"));
    }

    /** Asks for plain text with the reader's key. */
    public String getText(Access access, String path) throws InterruptedException {
        return new String(answer(builder(path).GET(), bearer(access.readerKey(), "reader")), UTF_8);
    }

    /** Asks with the back office's key: services record that it was asked. */
    public JsonNode getAsBackOffice(Access access, String path) throws InterruptedException {
        return send(builder(path).GET(), bearer(access.backOfficeKey(), "back-office"));
    }

    /**
     * Calls with the back office's key.
     *
     * @param body written as JSON; null for none
     */
    public JsonNode callAsBackOffice(Access access, String method, String path, Object body)
            throws InterruptedException {
        return send(with(builder(path), method, body), bearer(access.backOfficeKey(), "back-office"));
    }

    /**
     * Calls with the back office's key, and with a body that is sent as it is.
     *
     * @param body empty for none
     * @param headers besides those that every call has
     */
    public JsonNode sendAsBackOffice(
            Access access, String method, String path, String body, Map<String, String> headers)
            throws InterruptedException {
        var request = builder(path).header("Content-Type", "application/json");
        headers.forEach(request::header);
        request.method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        return send(request, bearer(access.backOfficeKey(), "back-office"));
    }

    /** Posts with the write key of the source {@code shop}. */
    public JsonNode postAsShop(Access access, String path, Object body) throws InterruptedException {
        return send(with(builder(path), "POST", body), basic(access));
    }

    /**
     * Posts with the write key of the source {@code shop}.
     *
     * @param traceparent header of W3C Trace Context
     */
    public JsonNode postAsShop(Access access, String path, Object body, String traceparent)
            throws InterruptedException {
        return send(with(builder(path).header("traceparent", traceparent), "POST", body), basic(access));
    }

    /** Whether it says that it is ready; false where it does not answer within 2 s. */
    public boolean isReady() throws InterruptedException {
        var request = HttpRequest.newBuilder(URI.create(url + "/q/health/ready"))
                .timeout(READY_WITHIN)
                .build();
        try {
            return http.send(request, BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    /** A part of the path that is empty or dots would name another resource than the one that the caller means. */
    private HttpRequest.Builder builder(String path) {
        if (NO_NAME.matcher(path).find()) {
            throw ConsoleException.notFound("Nothing is named so: a name is more than dots.");
        }
        return HttpRequest.newBuilder(URI.create(url + path)).timeout(ANSWERED_WITHIN);
    }

    private static HttpRequest.Builder with(HttpRequest.Builder builder, String method, Object body) {
        return builder.header("Content-Type", "application/json")
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(Json.text(body)));
    }

    private static String basic(Access access) {
        var key = access.writeKey().orElseThrow(() -> noKey("write key"));
        return "Basic " + Base64.getEncoder().encodeToString((key + ":").getBytes(UTF_8));
    }

    private static String bearer(Optional<String> key, String role) {
        return "Bearer " + key.orElseThrow(() -> noKey("API key of the role " + role));
    }

    private static ConsoleException noKey(String which) {
        return new ConsoleException(403, "This session has no " + which + ".");
    }

    private JsonNode send(HttpRequest.Builder request, String authorization) throws InterruptedException {
        var bytes = answer(request, authorization);
        try {
            return bytes.length == 0
                    ? MissingNode.getInstance()
                    : BoundedJson.read(bytes, MOST_VALUES)
                            .orElseThrow(() -> new ConsoleException(
                                    502, "%s answers with more than %,d values.".formatted(process, MOST_VALUES)));
        } catch (IOException e) {
            throw new ConsoleException(502, process + " answers with no JSON.", e);
        }
    }

    private byte[] answer(HttpRequest.Builder request, String authorization) throws InterruptedException {
        try {
            var response =
                    http.send(request.header("Authorization", authorization).build(), BodyHandlers.ofInputStream());
            var bytes = read(response);
            if (response.statusCode() >= 400) {
                throw new ConsoleException(
                        response.statusCode(),
                        detail(bytes).orElse(process + " answers " + response.statusCode() + "."));
            }
            return bytes;
        } catch (IOException e) {
            throw new ConsoleException(503, process + " does not answer at " + url + ".", e);
        }
    }

    /** The sentence of an error, where it is a problem of RFC 9457. */
    private static Optional<String> detail(byte[] error) throws IOException {
        try {
            return BoundedJson.read(error, MOST_VALUES)
                    .map(problem -> problem.path("detail").asText())
                    .filter(detail -> !detail.isEmpty());
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    private byte[] read(HttpResponse<InputStream> response) throws IOException {
        try (var body = response.body()) {
            var bytes = body.readNBytes(LARGEST_ANSWER + 1);
            if (bytes.length > LARGEST_ANSWER) {
                throw new ConsoleException(
                        502, process + " answers with more than " + LARGEST_ANSWER / 1024 / 1024 + " MiB.");
            }
            return bytes;
        }
    }
}

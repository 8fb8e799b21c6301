package millrace.console.faults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import millrace.events.Json;
import millrace.local.StartException;
import millrace.local.up.ConsoleAccess;

/** Calls the console of a running {@code bin/up}, in a session of its own. */
final class ConsoleClient implements AutoCloseable {
    private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(60);

    private final HttpClient http;
    private final String url;
    private final String cookie;

    private ConsoleClient(HttpClient http, String url, String cookie) {
        this.http = http;
        this.url = url;
        this.cookie = cookie;
    }

    /** @throws StartException if no console runs there */
    static ConsoleClient connect(Path directory) throws InterruptedException {
        var address = URI.create(ConsoleAccess.of(directory).newAddress());
        var http = HttpClient.newHttpClient();
        var request = HttpRequest.newBuilder(address)
                .header("Sec-Fetch-Site", "none")
                .timeout(ANSWERS_WITHIN)
                .build();
        try {
            var cookie = http.send(request, BodyHandlers.discarding())
                    .headers()
                    .firstValue("Set-Cookie")
                    .orElseThrow(() ->
                            new StartException("The console at " + address.getAuthority() + " begins no session."))
                    .split(";")[0];
            return new ConsoleClient(http, "http://" + address.getAuthority(), cookie);
        } catch (IOException e) {
            throw new StartException("The console does not answer at " + address.getAuthority() + ".", e);
        }
    }

    /**
     * Calls, and returns the JSON of the answer.
     *
     * @param body null for none
     * @throws StartException if the call is refused, with the console's sentence
     */
    JsonNode call(String method, String path, Object body) throws InterruptedException {
        var request = HttpRequest.newBuilder(URI.create(url + path))
                .header("Cookie", cookie)
                .header("Sec-Fetch-Site", "same-origin")
                .header("Origin", url)
                .header("X-Console", "1")
                .timeout(ANSWERS_WITHIN)
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(Json.text(body)));
        try {
            var response = http.send(request.build(), BodyHandlers.ofByteArray());
            var answer =
                    response.body().length == 0 ? MissingNode.getInstance() : Json.MAPPER.readTree(response.body());
            if (response.statusCode() >= 400) {
                throw new StartException(answer.path("detail").asText());
            }
            return answer;
        } catch (IOException e) {
            throw new StartException("The console does not answer at " + url + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}

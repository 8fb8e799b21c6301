package millrace.local.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;
import millrace.events.Json;
import millrace.local.LoopbackTls;
import millrace.local.StartException;

/** Calls the {@link ControlServer} of the {@code bin/up} that runs in a data directory. */
public final class ControlClient implements AutoCloseable {
    private static final Duration CONNECTED_WITHIN = Duration.ofSeconds(30);
    private static final Duration ANSWERED_WITHIN = Duration.ofSeconds(180);

    private final Path directory;
    private final String url;
    private final String token;
    private final HttpClient http;

    private ControlClient(Path directory, Properties address) {
        this.directory = directory;
        this.url = address.getProperty("url");
        this.token = address.getProperty("token");
        this.http = HttpClient.newBuilder()
                .sslContext(LoopbackTls.client(directory))
                .connectTimeout(CONNECTED_WITHIN)
                .build();
    }

    /** @throws StartException if no {@code bin/up} runs there */
    public static ControlClient of(Path directory) {
        var file = directory.resolve(ControlServer.FILE);
        var address = new Properties();
        try (var lines = Files.newBufferedReader(file)) {
            address.load(lines);
        } catch (IOException e) {
            throw notRunning(directory, e);
        }
        return new ControlClient(directory, address);
    }

    public String url() {
        return url;
    }

    public String token() {
        return token;
    }

    /**
     * Calls, and returns the JSON of the answer.
     *
     * @param body null for none
     * @throws ControlException if the call is refused, with the server's sentence
     * @throws StartException if the server does not answer
     */
    public JsonNode call(String method, String path, Object body) throws InterruptedException {
        var request = HttpRequest.newBuilder(URI.create(url + path))
                .header("Authorization", "Bearer " + token)
                .timeout(ANSWERED_WITHIN)
                .method(
                        method,
                        body == null
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(Json.text(body)));
        try {
            var response = http.send(request.build(), BodyHandlers.ofByteArray());
            var answer =
                    response.body().length == 0 ? MissingNode.getInstance() : Json.MAPPER.readTree(response.body());
            if (response.statusCode() >= 400) {
                throw new ControlException(
                        response.statusCode(),
                        answer.path("id").asText(),
                        answer.path("message").asText());
            }
            return answer;
        } catch (ConnectException e) {
            throw notRunning(directory, e);
        } catch (IOException e) {
            throw new StartException("bin/up does not answer at " + url + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }

    private static StartException notRunning(Path directory, IOException cause) {
        return new StartException(
                "No bin/up runs in " + directory + ": start it, or name its folder in MILLRACE_HOME.", cause);
    }
}

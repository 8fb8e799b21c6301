package millrace.local.control;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import millrace.events.Json;
import millrace.local.LoopbackTls;
import millrace.local.StartException;

/** Calls the {@link ControlServer} of the {@code bin/up} that runs in a data directory. */
public final class ControlClient implements AutoCloseable {
    private static final Duration CONNECTED_WITHIN = Duration.ofSeconds(30);
    private static final Duration ANSWERED_WITHIN = Duration.ofSeconds(60);

    /** A call that changes something may wait until processes have ended and others are ready. */
    private static final Duration DONE_WITHIN = Duration.ofSeconds(240);

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
        requireRunning(directory);
        var file = directory.resolve(ControlServer.FILE);
        var address = new Properties();
        try (var lines = Files.newBufferedReader(file)) {
            address.load(lines);
        } catch (NoSuchFileException e) {
            throw notRunning(directory, e);
        } catch (IOException e) {
            throw new StartException(file + " cannot be read: it is of the user that started bin/up.", e);
        }
        if (address.getProperty("url") == null || address.getProperty("token") == null) {
            throw new StartException(file + " has no url and token: stop bin/up and start it again.");
        }
        return new ControlClient(directory, address);
    }

    /**
     * Looks for the files that a running {@code bin/up} has; a killed one leaves them, too.
     *
     * @throws StartException if one is missing
     */
    public static void requireRunning(Path directory) {
        for (var file : List.of(directory.resolve(ControlServer.FILE), LoopbackTls.certificate(directory))) {
            if (Files.notExists(file)) {
                throw notRunning(directory, new NoSuchFileException(file.toString()));
            }
        }
    }

    /** Encodes a name as one part of a path. */
    public static String part(String name) {
        return URLEncoder.encode(name, UTF_8).replace("+", "%20");
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
                .timeout(method.equals("GET") ? ANSWERED_WITHIN : DONE_WITHIN)
                .method(
                        method,
                        body == null
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(Json.text(body)));
        try {
            var response = send(method, request.build());
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

    /** Asks once more where the server had closed the connection that was kept: nothing changes by a question. */
    private HttpResponse<byte[]> send(String method, HttpRequest request) throws IOException, InterruptedException {
        try {
            return http.send(request, BodyHandlers.ofByteArray());
        } catch (ConnectException | HttpTimeoutException e) {
            throw e;
        } catch (IOException e) {
            if (!method.equals("GET")) {
                throw e;
            }
            return http.send(request, BodyHandlers.ofByteArray());
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

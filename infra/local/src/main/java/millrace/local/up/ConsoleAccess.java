package millrace.local.up;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Properties;
import millrace.events.Json;
import millrace.local.DataDirectory;
import millrace.local.Secrets;
import millrace.local.StartException;

/** The way into the console of a running platform: an address that begins one session. */
public final class ConsoleAccess {
    /** File of the data directory with the console's address and secret, which only its owner reads. */
    private static final String FILE = "console.properties";

    private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(5);
    private static final Duration STARTS_WITHIN = Duration.ofSeconds(20);
    private static final Duration ASKED_AGAIN_AFTER = Duration.ofMillis(200);

    private final String url;
    private final String secret;

    private ConsoleAccess(String url, String secret) {
        this.url = url;
        this.secret = secret;
    }

    /** Writes {@link #FILE}, and returns the secret, which stays the same from start to start. */
    static String write(DataDirectory directory, int port) {
        var secret = directory.getOrCreate("console.secret", Secrets::random);
        directory.write(FILE, "url=http://localhost:%d\nsecret=%s\n".formatted(port, secret));
        return secret;
    }

    /** @throws StartException if no console runs there */
    public static ConsoleAccess of(Path directory) {
        var properties = new Properties();
        try (var lines = Files.newBufferedReader(directory.resolve(FILE))) {
            properties.load(lines);
        } catch (NoSuchFileException e) {
            throw new StartException(
                    "No console runs in " + directory + ": start bin/up, or name its folder in MILLRACE_HOME.", e);
        } catch (IOException e) {
            throw new StartException(FILE + " cannot be read: it is of the user that started bin/up.", e);
        }
        return new ConsoleAccess(properties.getProperty("url"), properties.getProperty("secret"));
    }

    /**
     * Returns an address that begins one session, within ten minutes. Waits some seconds for a console that has just
     * begun to start.
     *
     * @throws StartException if the console does not answer
     */
    public String newAddress() throws InterruptedException {
        var request = HttpRequest.newBuilder(URI.create(url + "/access"))
                .header("Authorization", "Bearer " + secret)
                .timeout(ANSWERS_WITHIN)
                .POST(BodyPublishers.noBody())
                .build();
        var end = Instant.now().plus(STARTS_WITHIN);
        try (var http = HttpClient.newHttpClient()) {
            while (true) {
                try {
                    return url + path(http.send(request, BodyHandlers.ofString()));
                } catch (ConnectException e) {
                    if (Instant.now().isAfter(end)) {
                        throw e;
                    }
                    Thread.sleep(ASKED_AGAIN_AFTER);
                }
            }
        } catch (IOException e) {
            throw new StartException("The console does not answer at " + url + ": is bin/up running?", e);
        }
    }

    private String path(HttpResponse<String> answer) throws IOException {
        if (answer.statusCode() != 200) {
            throw new StartException("The console at " + url + " answers " + answer.statusCode() + ".");
        }
        return Json.MAPPER.readTree(answer.body()).path("path").asText();
    }
}

package millrace.analytics.live;

import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Subscribes to server-sent events and records their lines. */
final class SseClient implements AutoCloseable {
    private final HttpClient client = HttpClient.newHttpClient();
    private final List<String> lines = new CopyOnWriteArrayList<>();

    SseClient(URI live, String authorization) {
        var question = HttpRequest.newBuilder(live)
                .header("Authorization", authorization)
                .build();
        client.sendAsync(question, BodyHandlers.ofLines())
                .thenAccept(answer -> answer.body().forEach(lines::add));
    }

    List<String> lines() {
        return lines;
    }

    void awaitBegin() {
        await().atMost(Duration.ofSeconds(30)).until(() -> lines.contains(":from now on"));
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}

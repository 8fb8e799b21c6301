package millrace.ingest;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import millrace.events.Channels;
import millrace.events.CloudEvents;
import millrace.ingest.http.InFlightBudget;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Broken, hostile and huge requests, equal in each run. */
@QuarkusTest
@QuarkusTestResource(EdgePlatformResource.class)
@Tag("platform")
class EdgeFuzzTest {
    private static final long SEED = 20_240_501;
    private static final int ROUNDS = 1_000;
    private static final Duration AT_MOST = Duration.ofSeconds(20);

    /** Bytes by which a collected heap may differ for other reasons than the requests. */
    private static final long NOISE = 24_000_000;

    @Inject
    InFlightBudget inFlight;

    private final Random random = new Random(SEED);
    private final List<String> accepted = new ArrayList<>();
    private final TreeSet<Integer> statuses = new TreeSet<>();

    @Test
    void nothing_that_is_sent_breaks_the_edge_loses_an_accepted_event_or_stays_in_memory() throws IOException {
        warmUp();
        var before = heap();
        var end = Instant.now().plus(AT_MOST);
        var rounds = 0;
        for (; rounds < ROUNDS && Instant.now().isBefore(end); rounds++) {
            round(rounds);
        }

        assertThat(statuses).contains(200, 400).allMatch(status -> status < 500 || status == 503);
        assertThat(rounds).isGreaterThan(200);
        await("everything is answered").atMost(Duration.ofSeconds(10)).until(() -> inFlight.held() == 0);
        assertThat(heap() - before).as("bytes that stayed").isLessThan(NOISE);
        var kept = new HashSet<String>();
        PublishedRecords.records(Channels.CLICKS)
                .forEach(record -> kept.add(CloudEvents.text(record.headers(), CloudEvents.ID)));
        assertThat(accepted).isNotEmpty().allMatch(kept::contains);
    }

    private void warmUp() throws IOException {
        for (int i = 0; i < 200; i++) {
            round(-i - 1);
        }
    }

    private void round(int number) throws IOException {
        var id = "fuzz-" + number;
        var isValid = random.nextInt(4) == 0;
        var request = isValid ? valid(id) : broken(valid(id));
        var response = send(request, !isValid);
        for (var line : response.split("\r\n")) {
            if (line.startsWith("HTTP/1.1 ")) {
                statuses.add(Integer.parseInt(line.substring(9, 12)));
            }
        }
        if (isValid) {
            assertThat(response).startsWith("HTTP/1.1 200 ");
            accepted.add(id);
        }
        assertThat(response).as("answer to %s", request).doesNotContain("\tat ", "Exception");
    }

    private static String valid(String id) {
        var body =
                "{\"type\":\"page\",\"messageId\":\"" + id + "\",\"anonymousId\":\"a\",\"context\":{\"ip\":\"1.2.3.4\","
                        + "\"userAgent\":\"x\",\"page\":{\"path\":\"/\"}},\"properties\":{\"a\":[1,{\"b\":null}],\"c\":1.5e3}}";
        return "POST /v1/page HTTP/1.1\r\nHost: edge\r\nConnection: close\r\nAuthorization: " + EdgeTestClient.BASIC
                + "\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    }

    private String broken(String request) {
        return switch (random.nextInt(10)) {
            case 0 -> mutated(request, 1);
            case 1 -> mutated(request, 20);
            case 2 -> request.substring(0, random.nextInt(request.length()));
            case 3 -> noise(random.nextInt(2_000));
            case 4 -> withBody(request, "[".repeat(1 + random.nextInt(100_000)));
            case 5 ->
                withBody(request, "{\"batch\":[" + "{},".repeat(random.nextInt(5_000)) + "{}]}")
                        .replace("/v1/page", "/v1/batch");
            case 6 -> withBody(request, noise(random.nextInt(10_000)));
            case 7 ->
                withBody(request, "{\"userId\":\"" + noise(random.nextInt(500)).replace('"', '\'') + "\"}");
            case 8 -> request.replace("/v1/page", path());
            default -> request.replace("Host", "Content-Encoding: gzip\r\nce-id: %" + noise(3) + "\r\nHost");
        };
    }

    private String path() {
        var paths = List.of(
                "/events",
                "/orders",
                "/v1/import?import=" + noise(3),
                "/v1/projects/%00/settings",
                "/v1/pixel/page?" + noise(9));
        return paths.get(random.nextInt(paths.size()));
    }

    private String withBody(String request, String body) {
        var head = request.substring(0, request.indexOf("Content-Length"));
        return head + "Content-Length: " + body.length() + "\r\n\r\n" + body;
    }

    private String mutated(String request, int times) {
        var text = new StringBuilder(request);
        for (int i = 0; i < times; i++) {
            text.setCharAt(random.nextInt(text.length()), (char) random.nextInt(256));
        }
        return text.toString();
    }

    private String noise(int length) {
        var bytes = new byte[length];
        random.nextBytes(bytes);
        return new String(bytes, ISO_8859_1);
    }

    /**
     * Sends a request and reads the response to its end.
     *
     * @param isAll true where nothing more comes: the edge would otherwise wait for the rest of a broken request
     */
    private static String send(String request, boolean isAll) throws IOException {
        try (var socket =
                new Socket("localhost", ConfigProvider.getConfig().getValue("quarkus.http.test-port", int.class))) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.getBytes(ISO_8859_1));
            if (isAll) {
                socket.shutdownOutput();
            }
            return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
        } catch (java.net.SocketException closedByTheEdge) {
            return "";
        }
    }

    private static long heap() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}

package millrace.ingest.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.util.zip.GZIPOutputStream;
import millrace.events.Channels;
import millrace.ingest.EdgePlatformResource;
import millrace.ingest.EdgeTestClient;
import millrace.ingest.PublishedRecords;
import millrace.ingest.segment.SegmentFixture;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Bodies that are compressed, too large, too slow or broken off. */
@QuarkusTest
@QuarkusTestResource(EdgePlatformResource.class)
@Tag("platform")
class BodyReaderTest {
    @Inject
    InFlightBudget inFlight;

    @Inject
    IngestConfig config;

    @Test
    void a_compressed_body_is_read() throws IOException {
        var response = compressed(SegmentFixture.json("{'userId':'u','messageId':'b-1'}"), "gzip");

        assertThat(response.status()).isEqualTo(200);
        assertThat(PublishedRecords.records(Channels.CLICKS, "b-1")).hasSize(1);
    }

    @Test
    void what_is_too_large_when_it_is_uncompressed_is_refused() throws IOException {
        var response = compressed(new byte[50_000_000], "gzip");

        assertThat(response.status()).isEqualTo(413);
        assertThat(response.text()).contains("The body has more than 512000 bytes when it is uncompressed.");
    }

    @Test
    void what_is_not_compressed_as_it_says_is_refused() throws IOException {
        assertThat(compressed(new byte[10], "deflate").status()).isEqualTo(415);
        assertThat(EdgeTestClient.post("/v1/page", "{'userId':'u'}", "Content-Encoding", "gzip")
                        .text())
                .contains("The body is not gzip, though Content-Encoding says so.");
    }

    @Test
    void a_body_that_comes_too_slowly_is_given_up() throws IOException {
        try (var socket = connect()) {
            send(socket, "POST /v1/page HTTP/1.1\r\nHost: edge\r\nContent-Length: 100\r\n\r\n{\"userId\":");

            assertThat(new String(socket.getInputStream().readAllBytes(), UTF_8))
                    .startsWith("HTTP/1.1 408 ")
                    .contains("The body did not come within 2 s.");
        }
    }

    @Test
    void a_connection_goes_on_after_a_refusal() throws IOException {
        try (var socket = connect()) {
            var stranger = "POST /v1/page HTTP/1.1\r\nHost: edge\r\nContent-Length: 14\r\n\r\n{\"userId\":\"u\"}";
            inFlight.acquire(config.maxInFlight().asLongValue());
            send(socket, stranger);
            assertThat(status(socket)).isEqualTo(429);
            inFlight.release(config.maxInFlight().asLongValue());

            send(socket, stranger);
            assertThat(status(socket)).isEqualTo(401);
            send(socket, stranger.replace("Host: edge", "Host: edge\r\nConnection: close"));
            assertThat(new String(socket.getInputStream().readAllBytes(), UTF_8))
                    .contains("HTTP/1.1 401 ");
        }
    }

    @Test
    void a_body_that_breaks_off_is_forgotten() throws IOException {
        try (var socket = connect()) {
            send(socket, "POST /v1/page HTTP/1.1\r\nHost: edge\r\nContent-Length: 100\r\n\r\n{\"userId\":");
            await("the request is there").until(() -> inFlight.held() > 0);
        }

        await("the request is gone").until(() -> inFlight.held() == 0);
    }

    @Test
    void a_body_without_a_length_is_read_to_its_end() throws IOException {
        try (var socket = connect()) {
            var body = "{\"userId\":\"u\",\"messageId\":\"b-2\"}";
            send(
                    socket,
                    "POST /v1/page HTTP/1.1\r\nHost: edge\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n"
                            + "Authorization: " + EdgeTestClient.BASIC + "\r\n\r\n"
                            + Integer.toHexString(body.length()) + "\r\n" + body + "\r\n0\r\n\r\n");

            assertThat(new String(socket.getInputStream().readAllBytes(), UTF_8))
                    .startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void a_request_without_a_host_or_with_too_many_headers_is_the_callers_fault() throws IOException {
        try (var socket = connect()) {
            send(socket, "GET /v1/pixel/page HTTP/1.1\r\nConnection: close\r\n\r\n");
            assertThat(new String(socket.getInputStream().readAllBytes(), UTF_8))
                    .startsWith("HTTP/1.1 400 ");
        }
        try (var socket = connect()) {
            send(socket, "GET /v1/pixel/page HTTP/1.1\r\nHost: edge\r\n" + "X: y\r\n".repeat(5_000) + "\r\n");
            assertThat(new String(socket.getInputStream().readAllBytes(), UTF_8))
                    .startsWith("HTTP/1.1 431 ");
        }
    }

    private static EdgeTestClient.Response compressed(byte[] body, String encoding) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(bytes)) {
            gzip.write(body);
        }
        return EdgeTestClient.send(
                "POST",
                "/v1/page",
                bytes.toByteArray(),
                "Content-Encoding",
                encoding,
                "Authorization",
                EdgeTestClient.BASIC);
    }

    private static Socket connect() throws IOException {
        var socket = new Socket("localhost", ConfigProvider.getConfig().getValue("quarkus.http.test-port", int.class));
        socket.setSoTimeout(20_000);
        return socket;
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(UTF_8));
        socket.getOutputStream().flush();
    }

    /** Returns the status of the next response, and leaves the rest of it unread. */
    private static int status(Socket socket) throws IOException {
        var response = new StringBuilder();
        while (!response.toString().endsWith("\r\n")) {
            response.append((char) socket.getInputStream().read());
        }
        var length = 0;
        for (var header = new StringBuilder(); !header.toString().equals("\r\n"); ) {
            header.setLength(0);
            while (!header.toString().endsWith("\r\n")) {
                header.append((char) socket.getInputStream().read());
            }
            if (header.toString().startsWith("content-length: ")) {
                length = Integer.parseInt(header.substring(16).strip());
            }
        }
        socket.getInputStream().readNBytes(length);
        return Integer.parseInt(response.substring(9, 12));
    }
}

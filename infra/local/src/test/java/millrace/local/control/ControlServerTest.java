package millrace.local.control;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
import millrace.local.DataDirectory;
import millrace.local.LoopbackTls;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ControlServerTest {
    private static final String OK = "HTTP/1.1 200 OK";

    @TempDir
    private Path folder;

    private final List<String> messages = new CopyOnWriteArrayList<>();
    private final Semaphore began = new Semaphore(0);
    private final CountDownLatch mayEnd = new CountDownLatch(1);
    private DataDirectory directory;
    private ControlServer server;
    private int port;
    private String token;

    @BeforeEach
    void start() throws IOException {
        directory = DataDirectory.open(folder.resolve("home"));
        server = ControlServer.start(
                directory,
                new ControlRoutes()
                        .add("GET", "/apps/{app}/things", call -> Map.of("app", call.parameter("app")))
                        .add(
                                "POST",
                                "/apps/{app}/things",
                                call -> Map.of("name", call.text("name").orElse("none")))
                        .add("DELETE", "/apps/{app}/things", call -> null)
                        .add("GET", "/slow", call -> {
                            began.release();
                            mayEnd.await();
                            return Map.of();
                        })
                        .add("GET", "/interrupted", call -> {
                            began.release();
                            try {
                                mayEnd.await();
                            } catch (InterruptedException e) {
                                var later = CompletableFuture.delayedExecutor(300, TimeUnit.MILLISECONDS);
                                CompletableFuture.runAsync(() -> messages.add("ended"), later)
                                        .join();
                            }
                            return Map.of();
                        })
                        .add("GET", "/faulty", call -> {
                            throw new IllegalStateException("a defect");
                        }),
                messages::add);
        token = property("token");
        port = Integer.parseInt(property("url").replaceAll(".*:", ""));
    }

    @AfterEach
    void stop() {
        mayEnd.countDown();
        server.close();
        directory.close();
    }

    @Test
    void address_and_token_are_in_a_private_file_stay_the_same_and_go_with_the_server() throws IOException {
        var file = directory.resolve(ControlServer.FILE);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");

        server.close();
        assertThat(file).doesNotExist();

        start(new ControlRoutes());
        assertThat(property("token")).isEqualTo(token);
        assertThat(property("url")).isEqualTo("https://localhost:" + port);
    }

    @Test
    void a_call_gets_the_parts_of_its_path_and_its_body() throws IOException {
        assertThat(call("GET", "/apps/a%20b+c/things", "")).startsWith(OK).endsWith("{\"app\":\"a b+c\"}");
        assertThat(call("POST", "/apps/a/things", "{\"name\":8}")).endsWith("{\"name\":\"8\"}");
        assertThat(call("POST", "/apps/a/things", "{\"name\":null}")).endsWith("{\"name\":\"none\"}");
        assertThat(call("DELETE", "/apps/a/things", "")).startsWith("HTTP/1.1 204");
    }

    @Test
    void a_call_without_the_token_is_refused() throws IOException {
        var host = "Host: localhost:" + port;
        assertThat(send("GET /apps/a/things", List.of(host), "")).startsWith("HTTP/1.1 401");
        assertThat(send("GET /apps/a/things", List.of(host, "Authorization: Bearer " + token + "x"), ""))
                .startsWith("HTTP/1.1 401")
                .contains("\"id\":\"unauthorized\"", "The token is missing or wrong");
        assertThat(send("GET /apps/a/things", List.of(host, "Authorization: Basic " + token), ""))
                .startsWith("HTTP/1.1 401");
    }

    @Test
    void a_call_of_another_host_is_refused_even_with_the_token() throws IOException {
        for (var host : List.of("localhost", "localhost:1", "evil.example:" + port, "127.0.0.1.evil.example:" + port)) {
            assertThat(send("GET /apps/a/things", List.of("Host: " + host, authorization()), ""))
                    .as(host)
                    .startsWith("HTTP/1.1 421");
        }
        assertThat(send("GET /apps/a/things", List.of("Host: 127.0.0.1:" + port, authorization()), ""))
                .startsWith(OK);
    }

    @Test
    void a_browser_is_let_in_from_the_very_origin_alone() throws IOException {
        for (var origin :
                List.of("http://localhost:" + port, "https://localhost", "null", "https://127.0.0.1:" + port)) {
            assertThat(call("GET", "/apps/a/things", "", "Origin: " + origin))
                    .as(origin)
                    .startsWith("HTTP/1.1 403")
                    .doesNotContain("Access-Control");
        }
        assertThat(call("GET", "/apps/a/things", "", "Origin: https://localhost:" + port))
                .startsWith(OK);
    }

    @Test
    void a_large_body_is_refused_and_so_is_one_that_is_no_json() throws IOException {
        var largest = "\"" + "x".repeat(JsonBody.LARGEST - 2) + "\"";
        assertThat(call("POST", "/apps/a/things", largest)).startsWith(OK);
        assertThat(call("POST", "/apps/a/things", largest + " ")).startsWith("HTTP/1.1 413");
        assertThat(call("POST", "/apps/a/things", "{"))
                .startsWith("HTTP/1.1 400")
                .contains("The body is no JSON");
    }

    @Test
    void a_body_in_bytes_that_are_no_text_is_refused() throws IOException {
        assertThat(call("POST", "/apps/a/things", "\0\0\0{xxxx")).startsWith("HTTP/1.1 400");
        assertThat(call("POST", "/apps/a/things", "[".repeat(10_000))).startsWith("HTTP/1.1 400");
    }

    /** Anyone may send headers, on every connection: the heap has to have room for all of them. */
    @Test
    void long_headers_and_a_long_path_are_refused() throws IOException {
        var length = "x".repeat(ControlServer.LARGEST_HEADERS);
        assertThat(callUntilReset("/apps/a/things", "X-Long: " + length)).doesNotContain(OK);
        assertThat(callUntilReset("/apps/" + length + "/things")).doesNotContain(OK);
        assertThat(call("GET", "/apps/a/things", "", "X-Long: " + length.substring(1_000)))
                .startsWith(OK);
    }

    private String callUntilReset(String path, String... headers) throws IOException {
        try {
            return call("GET", path, "", headers);
        } catch (IOException e) {
            return ""; // The server has closed the connection, perhaps before it had read all of it.
        }
    }

    @Test
    void one_connection_more_than_the_limit_is_closed() throws IOException {
        var sockets = new ArrayList<Socket>();
        try {
            for (var number = 0; number <= ControlServer.CONNECTIONS; number++) {
                var socket = new Socket("127.0.0.1", port);
                socket.setSoTimeout(5_000);
                sockets.add(socket);
            }
            assertThat(answer(sockets.getLast())).isEmpty();
            assertThatThrownBy(() -> answer(sockets.getFirst()))
                    .as("an earlier one stays open")
                    .isInstanceOf(SocketTimeoutException.class);
        } finally {
            for (var socket : sockets) {
                socket.close();
            }
        }
    }

    @Test
    @Tag("long")
    void a_connection_is_closed_that_sends_nothing_or_its_request_too_slowly() throws IOException {
        try (var silent = new Socket("127.0.0.1", port);
                var slow = (SSLSocket)
                        LoopbackTls.client(directory.path()).getSocketFactory().createSocket("127.0.0.1", port)) {
            silent.setSoTimeout(30_000);
            slow.setSoTimeout(30_000);
            slow.getOutputStream()
                    .write("POST /apps/a/things HTTP/1.1\r\nHost: localhost:%d\r\n%s\r\nContent-Length: 9\r\n\r\n{"
                            .formatted(port, authorization())
                            .getBytes(UTF_8));
            assertThat(answer(silent)).isEmpty();
            assertThat(answer(slow)).isEmpty();
        }
    }

    @Test
    void who_has_no_token_takes_no_place_of_those_who_have_it() throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var call = 0; call < ControlServer.CALLS_AT_ONCE; call++) {
                threads.submit(() -> unchecked("/slow"));
            }
            assertThat(began.tryAcquire(ControlServer.CALLS_AT_ONCE, 30, TimeUnit.SECONDS))
                    .isTrue();

            var answer = send("GET /apps/a/things", List.of("Host: localhost:" + port), "");
            mayEnd.countDown();
            assertThat(answer).startsWith("HTTP/1.1 401");
        }
    }

    @Test
    void a_call_that_runs_has_ended_when_the_server_is_closed() throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            threads.submit(() -> unchecked("/interrupted"));
            assertThat(began.tryAcquire(30, TimeUnit.SECONDS)).isTrue();

            server.close();

            assertThat(messages).containsExactly("ended");
        }
    }

    @Test
    void an_unknown_path_and_a_wrong_method_are_refused_in_the_form_of_the_paas_and_as_a_problem() throws IOException {
        assertThat(call("GET", "/apps", ""))
                .startsWith("HTTP/1.1 404")
                .containsIgnoringCase("content-type: application/problem+json")
                .endsWith(
                        "{\"type\":\"about:blank\",\"status\":404,\"detail\":\"There is no /apps.\",\"id\":\"not_found\","
                                + "\"message\":\"There is no /apps.\"}");
        assertThat(call("PUT", "/apps/a/things", ""))
                .startsWith("HTTP/1.1 405")
                .contains("/apps/a/things takes DELETE, GET, POST, not PUT.");
    }

    @Test
    void a_fault_is_shown_where_bin_up_runs() throws IOException {
        assertThat(call("GET", "/faulty", "")).startsWith("HTTP/1.1 500").contains("a defect");
        assertThat(messages).singleElement().asString().startsWith("The call GET /faulty failed: ");
    }

    @Test
    void a_call_more_than_the_limit_is_refused_until_one_ends() throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var running = new ArrayList<CompletableFuture<String>>();
            for (var call = 0; call < ControlServer.CALLS_AT_ONCE; call++) {
                running.add(CompletableFuture.supplyAsync(() -> unchecked("/slow"), threads));
            }
            assertThat(began.tryAcquire(ControlServer.CALLS_AT_ONCE, 30, TimeUnit.SECONDS))
                    .isTrue();
            assertThat(call("GET", "/apps/a/things", "")).startsWith("HTTP/1.1 429");

            mayEnd.countDown();
            assertThat(running).allSatisfy(call -> assertThat(call.get()).startsWith(OK));
            assertThat(call("GET", "/apps/a/things", "")).startsWith(OK);
        }
    }

    @Test
    void the_server_listens_on_loopback_alone_and_speaks_tls_alone() throws IOException {
        assertThat(server.address().getAddress().isLoopbackAddress()).isTrue();
        try (var plain = new Socket("127.0.0.1", port)) {
            plain.setSoTimeout(30_000);
            plain.getOutputStream().write("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(UTF_8));
            assertThat(answer(plain)).doesNotContain("HTTP");
        }
    }

    /** Bytes until the end of the connection, or none if it was reset. */
    private static String answer(Socket socket) throws IOException {
        try {
            return new String(socket.getInputStream().readAllBytes(), UTF_8);
        } catch (SocketTimeoutException e) {
            throw e;
        } catch (IOException e) {
            return "";
        }
    }

    private void start(ControlRoutes routes) {
        server = ControlServer.start(directory, routes, messages::add);
    }

    private String unchecked(String path) {
        try {
            return call("GET", path, "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String call(String method, String path, String body, String... more) throws IOException {
        var headers = new ArrayList<>(List.of("Host: localhost:" + port, authorization()));
        headers.addAll(List.of(more));
        return send(method + " " + path, headers, body);
    }

    private String authorization() {
        return "Authorization: Bearer " + token;
    }

    /** Sends a request as it is, which an HTTP client would correct, and returns the whole response. */
    private String send(String request, List<String> headers, String body) throws IOException {
        var sockets = LoopbackTls.client(directory.path()).getSocketFactory();
        try (var socket = (SSLSocket) sockets.createSocket("127.0.0.1", port)) {
            socket.setSoTimeout(30_000);
            var text = request + " HTTP/1.1\r\n" + String.join("\r\n", headers)
                    + "\r\nConnection: close\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
            socket.getOutputStream().write(text.getBytes(UTF_8));
            return new String(socket.getInputStream().readAllBytes(), UTF_8);
        }
    }

    private String property(String name) throws IOException {
        var properties = new Properties();
        try (var file = Files.newBufferedReader(directory.resolve(ControlServer.FILE))) {
            properties.load(file);
        }
        return properties.getProperty(name);
    }
}

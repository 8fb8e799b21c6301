package millrace.console.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import millrace.console.call.Access;
import millrace.console.call.ConsoleException;
import millrace.console.call.ConsoleRoutes;
import millrace.console.feed.Feeds;
import millrace.events.Json;
import millrace.local.control.JsonBody;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConsoleServerTest {
    private static final String SECRET = "the secret of this console";
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final Instant NOW = Instant.parse("2026-05-14T12:00:00Z");

    private final HttpClient http =
            HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NEVER).build();
    private final AtomicInteger changes = new AtomicInteger();
    private final AtomicInteger samples = new AtomicInteger();
    private ConsoleServer server;

    @BeforeEach
    void start() throws IOException {
        server = start(everybody(), Optional.empty());
    }

    @AfterEach
    void stop() {
        server.close();
        http.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"cross-site", "same-site", ""})
    void a_page_of_another_origin_can_neither_read_nor_stream_nor_change(String site) throws Exception {
        var session = session();

        for (var path : List.of("/", "/console.js", "/api/thing", "/stream?feeds=number", "/?code=1234")) {
            assertThat(get(path, session, site).statusCode()).as(path).isEqualTo(403);
        }
        assertThat(post("/api/thing", session, site, url()).statusCode()).isEqualTo(403);
        assertThat(changes).hasValue(0);
        assertThat(samples).hasValue(0);
    }

    @Test
    void a_change_needs_this_origin_and_a_header_that_no_form_sends() throws Exception {
        var session = session();

        assertThat(post("/api/thing", session, "same-origin", "http://localhost:1")
                        .statusCode())
                .isEqualTo(403);
        assertThat(post("/api/thing", session, "none", "").statusCode()).isEqualTo(403);
        var withoutHeader = request("/api/thing", session, "same-origin")
                .header("Origin", url())
                .POST(BodyPublishers.ofString("{}"));
        assertThat(send(withoutHeader).statusCode()).isEqualTo(403);
        assertThat(changes).hasValue(0);

        assertThat(post("/api/thing", session, "same-origin", url()).statusCode())
                .isEqualTo(200);
        assertThat(changes).hasValue(1);
    }

    @Test
    void a_code_begins_one_session_and_is_used_up() throws Exception {
        var code = code();
        var first = get("/?code=" + code, "", "none");

        assertThat(first.statusCode()).isEqualTo(303);
        assertThat(first.headers().firstValue("Set-Cookie").orElseThrow())
                .contains("HttpOnly", "SameSite=Strict", "Path=/", "Max-Age=43200");
        assertThat(get("/api/thing", cookie(first), "same-origin").statusCode()).isEqualTo(200);
        assertThat(get("/?code=" + code, "", "none").headers().firstValue("Set-Cookie"))
                .isEmpty();
    }

    /** All ports of a host share its cookies: a server on another port gets those of paths that it can name. */
    @Test
    void the_cookie_is_for_a_path_that_only_pages_of_this_console_know() throws Exception {
        var first = get("/?code=" + code(), "", "none");
        var where = first.headers().firstValue("Location").orElseThrow();

        assertThat(where).matches("/s/[0-9a-f]{32}/");
        assertThat(first.headers().firstValue("Set-Cookie").orElseThrow())
                .contains("; Path=" + where.substring(0, where.length() - 1) + ";");
        assertThat(get(where, "", "none").body()).isEqualTo(get("/", "", "none").body());
        assertThat(get(where + "api/thing", cookie(first), "same-origin").statusCode())
                .isEqualTo(200);
        assertThat(get("/?code=1234", "", "none").headers().firstValue("Location"))
                .contains("/");
        assertThat(get("/s/" + "0".repeat(32) + "/api/thing", cookie(first), "same-origin")
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void a_cookie_that_a_page_of_another_port_has_set_ends_no_session() throws Exception {
        var name = "console-" + server.port();

        assertThat(get("/api/thing", name + "=1; " + session() + "; " + name + "=2", "same-origin")
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void only_who_reads_the_secret_gets_a_code() throws Exception {
        var wrong = HttpRequest.newBuilder(URI.create(url() + "/access"))
                .header("Authorization", "Bearer another")
                .POST(BodyPublishers.noBody());

        assertThat(send(wrong).statusCode()).isEqualTo(403);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "a.b.c", "1.2", "....", "aa.99999999999.bb", "%00"})
    void a_cookie_that_this_console_has_not_signed_is_no_session(String forged) throws Exception {
        var cookie = forged.isEmpty() ? "" : "console-" + server.port() + "=" + forged;

        assertThat(get("/api/thing", cookie, "same-origin").statusCode()).isEqualTo(401);
        assertThat(get("/stream?feeds=number", cookie, "same-origin").statusCode())
                .isEqualTo(401);
    }

    @Test
    void a_session_outlives_a_restart_and_ends_after_twelve_hours() {
        var sessions = new Sessions(SECRET, Optional.of(Access.NONE), Clock.fixed(NOW, ZoneOffset.UTC));
        var cookie = sessions.begin(sessions.newCode()).orElseThrow();

        assertThat(later(Duration.ofHours(11)).access(cookie)).isPresent();
        assertThat(later(Duration.ofHours(13)).access(cookie)).isEmpty();
        assertThat(new Sessions("another", Optional.of(Access.NONE), Clock.fixed(NOW, ZoneOffset.UTC)).access(cookie))
                .isEmpty();
    }

    @Test
    void where_each_person_types_a_key_a_wrong_one_begins_no_session() throws Exception {
        server.close();
        server = start(Optional.empty(), Optional.of("good"::equals));

        assertThat(typed("wrong").statusCode()).isEqualTo(401);
        var good = typed("good");
        assertThat(good.statusCode()).isEqualTo(200);
        assertThat(Json.MAPPER
                        .readTree(
                                get("/api/access", cookie(good), "same-origin").body())
                        .asText())
                .isEqualTo("good");
    }

    @Test
    void a_key_that_no_header_can_have_is_asked_of_nobody() throws Exception {
        server.close();
        server = start(Optional.empty(), Optional.of(key -> {
            throw new IllegalStateException(key);
        }));

        assertThat(typed("a\\nb").statusCode()).isEqualTo(401);
        assertThat(typed("x".repeat(201)).statusCode()).isEqualTo(401);
        assertThat(typed("é").statusCode()).isEqualTo(401);
    }

    @Test
    void few_keys_are_tried_at_once() throws Exception {
        server.close();
        var tried = new CountDownLatch(ConsoleServer.KEYS_AT_ONCE);
        var goOn = new CountDownLatch(1);
        server = start(Optional.empty(), Optional.of(key -> {
            tried.countDown();
            return isOpen(goOn);
        }));
        try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var number = 0; number < ConsoleServer.KEYS_AT_ONCE; number++) {
                callers.submit(() -> typed("good"));
            }
            assertThat(isOpen(tried)).isTrue();

            assertThat(typed("good").statusCode()).isEqualTo(429);
            goOn.countDown();
        }
        assertThat(typed("good").statusCode()).isEqualTo(200);
    }

    private static boolean isOpen(CountDownLatch latch) {
        try {
            return latch.await(SOON.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Values of a record can be in the message of an exception. */
    @Test
    void an_answer_does_not_have_the_words_of_a_fault() throws Exception {
        assertThat(get("/api/breaks", session(), "same-origin"))
                .returns(500, HttpResponse::statusCode)
                .satisfies(answer -> assertThat(answer.body()).doesNotContain("a visitor", "Exception"));
        try (var lines = stream("/stream?feeds=breaks", session())) {
            await().atMost(SOON).until(() -> lines.readLine().equals("event: breaks"));
            assertThat(lines.readLine()).contains("error").doesNotContain("a visitor", "Exception");
        }
    }

    @Test
    void the_policy_of_every_answer_lets_nothing_in_but_this_server() throws Exception {
        for (var path : List.of("/", "/api/thing", "/missing.js")) {
            var headers = get(path, session(), "same-origin").headers();
            assertThat(headers.firstValue("Content-Security-Policy").orElseThrow())
                    .contains("default-src 'none'", "frame-ancestors 'none'", "require-trusted-types-for 'script'")
                    .doesNotContain("unsafe", "*");
            assertThat(headers.firstValue("X-Content-Type-Options")).contains("nosniff");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/../Console.class",
                "/lib/../../x.js",
                "/%2e%2e/x.js",
                "/lib/lit-html.js/",
                "//x.js",
                "/a.html%00.js"
            })
    void only_files_of_the_pages_are_served(String path) throws Exception {
        assertThat(get(path, "", "none").statusCode()).isEqualTo(404);
    }

    @Test
    void libraries_come_from_their_jars() throws Exception {
        for (var path : List.of("/lib/lit-html.js", "/lib/uplot.js", "/lib/uplot.css", "/console.js", "/lib/view.js")) {
            var answer = get(path, "", "same-origin");
            assertThat(answer.statusCode()).as(path).isEqualTo(200);
            assertThat(get(
                                    path,
                                    "",
                                    "same-origin",
                                    answer.headers().firstValue("ETag").orElseThrow())
                            .statusCode())
                    .as(path)
                    .isEqualTo(304);
        }
    }

    @Test
    void what_cannot_be_read_is_refused_with_a_sentence() throws Exception {
        var session = session();

        assertThat(body(session, "{").statusCode()).isEqualTo(400);
        assertThat(body(session, "\"" + "x".repeat(JsonBody.LARGEST) + "\"").statusCode())
                .isEqualTo(413);
        assertThat(get("/api/nothing", session, "same-origin").statusCode()).isEqualTo(404);
        assertThat(get("/api/fails", session, "same-origin"))
                .returns(418, HttpResponse::statusCode)
                .satisfies(answer -> assertThat(answer.body()).contains("It is refused."));
        assertThat(get("/api/%E0%A4", session, "same-origin").statusCode()).isBetween(400, 404);
        assertThat(send(request("/api/thing", session, "same-origin")
                                .header("Origin", url())
                                .header("X-Console", "1")
                                .DELETE())
                        .statusCode())
                .isEqualTo(405);
    }

    @Test
    void bodies_that_come_slowly_take_no_place_of_other_calls() throws Exception {
        var session = session();
        var slow = new ArrayList<Socket>();
        try {
            for (var number = 0; number < 2 * ConsoleServer.CALLS_AT_ONCE; number++) {
                slow.add(beginBody(session));
            }
            for (var number = 0; number < ConsoleServer.CALLS_AT_ONCE; number++) {
                assertThat(get("/api/thing", session, "same-origin").statusCode())
                        .isEqualTo(200);
            }
        } finally {
            for (var socket : slow) {
                socket.close();
            }
        }
    }

    /** Sends a call without the end of its body; the server says that it waits for it. */
    private Socket beginBody(String session) throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
        var head = List.of(
                "POST /api/thing HTTP/1.1",
                "Host: localhost:" + server.port(),
                "Origin: " + url(),
                "X-Console: 1",
                "Sec-Fetch-Site: same-origin",
                "Cookie: " + session,
                "Expect: 100-continue",
                "Content-Length: 1000");
        socket.getOutputStream().write((String.join("\r\n", head) + "\r\n\r\n{").getBytes(StandardCharsets.UTF_8));
        assertThat(new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))
                        .readLine())
                .contains("100");
        return socket;
    }

    @Test
    void a_stream_has_the_last_value_and_a_feed_is_sampled_only_while_somebody_listens() throws Exception {
        var session = session();
        assertThat(samples).hasValue(0);

        try (var lines = stream("/stream?feeds=number,fails", session)) {
            var values = new HashMap<String, String>(); // The feeds come in any order.
            await().atMost(SOON).until(() -> {
                var line = lines.readLine();
                if (line.startsWith("event: ")) {
                    values.put(line, lines.readLine());
                }
                return values.size() == 2;
            });
            assertThat(values.get("event: number")).matches("data: \\{\"value\":\\{\"n\":[0-9]+}}");
            assertThat(values.get("event: fails")).isEqualTo("data: {\"error\":\"It is refused.\"}");
            await().atMost(SOON).until(() -> samples.get() > 3);
        }
        // The server notices that the page is gone when it writes to it.
        var before = new AtomicInteger(-1);
        await().atMost(SOON)
                .during(Duration.ofMillis(500))
                .until(() -> before.getAndSet(samples.get()) == samples.get());
    }

    @Test
    void more_streams_than_the_limit_are_refused() throws Exception {
        var session = session();
        var open = new ArrayList<BufferedReader>();
        try {
            for (var number = 0; number < EventStream.MOST; number++) {
                open.add(stream("/stream?feeds=quiet", session));
            }
            assertThat(get("/stream?feeds=quiet", session, "same-origin").statusCode())
                    .isEqualTo(429);
        } finally {
            for (var lines : open) {
                lines.close();
            }
        }
    }

    @Test
    void an_unknown_feed_is_named() throws Exception {
        assertThat(get("/stream?feeds=number,other", session(), "same-origin"))
                .returns(404, HttpResponse::statusCode)
                .satisfies(answer -> assertThat(answer.body()).contains("There is no feed other."));
    }

    private ConsoleServer start(Optional<Access> everybody, Optional<Function<String, Boolean>> readerKeys)
            throws IOException {
        var routes = new ConsoleRoutes()
                .get("/api/thing", request -> Map.of("n", 1))
                .get("/api/access", request -> request.access().readerKey().orElse(""))
                .get("/api/fails", request -> {
                    throw new ConsoleException(418, "It is refused.");
                })
                .get("/api/breaks", request -> {
                    throw new IllegalStateException("a visitor");
                })
                .post("/api/thing", request -> Map.of("n", changes.incrementAndGet()));
        var feeds = new Feeds()
                .add("number", Duration.ofMillis(20), access -> Map.of("n", samples.incrementAndGet()))
                .add("breaks", Duration.ofSeconds(1), access -> {
                    throw new IllegalStateException("a visitor");
                })
                .add("quiet", Duration.ofSeconds(1), access -> 1)
                .add("fails", Duration.ofMillis(20), access -> {
                    throw new ConsoleException(503, "It is refused.");
                });
        return ConsoleServer.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                new Sessions(SECRET, everybody, Clock.systemUTC()),
                routes,
                feeds,
                readerKeys);
    }

    private static Optional<Access> everybody() {
        return Optional.of(Access.NONE);
    }

    private static Sessions later(Duration after) {
        return new Sessions(SECRET, everybody(), Clock.fixed(NOW.plus(after), ZoneOffset.UTC));
    }

    private String url() {
        return "http://localhost:" + server.port();
    }

    private String code() throws Exception {
        var answer = send(HttpRequest.newBuilder(URI.create(url() + "/access"))
                .header("Authorization", "Bearer " + SECRET)
                .POST(BodyPublishers.noBody()));
        return Json.MAPPER.readTree(answer.body()).get("path").asText().replaceFirst(".*code=", "");
    }

    /** Cookie of a new session. */
    private String session() throws Exception {
        return cookie(get("/?code=" + code(), "", "none"));
    }

    private static String cookie(HttpResponse<String> answer) {
        return answer.headers().firstValue("Set-Cookie").orElseThrow().replaceFirst(";.*", "");
    }

    private HttpResponse<String> get(String path, String cookie, String site) throws Exception {
        return send(request(path, cookie, site));
    }

    private HttpResponse<String> get(String path, String cookie, String site, String tag) throws Exception {
        return send(request(path, cookie, site).header("If-None-Match", tag));
    }

    private HttpResponse<String> post(String path, String cookie, String site, String origin) throws Exception {
        var request = request(path, cookie, site).header("X-Console", "1").POST(BodyPublishers.ofString("{}"));
        return send(origin.isEmpty() ? request : request.header("Origin", origin));
    }

    private HttpResponse<String> body(String cookie, String body) throws Exception {
        return send(request("/api/thing", cookie, "same-origin")
                .header("Origin", url())
                .header("X-Console", "1")
                .POST(BodyPublishers.ofString(body)));
    }

    private HttpResponse<String> typed(String key) throws Exception {
        return send(request("/session", "", "same-origin")
                .header("Origin", url())
                .header("X-Console", "1")
                .POST(BodyPublishers.ofString("{\"key\":\"" + key + "\"}")));
    }

    private BufferedReader stream(String path, String cookie) throws Exception {
        var answer = http.send(request(path, cookie, "same-origin").build(), BodyHandlers.ofInputStream());
        assertThat(answer.statusCode()).isEqualTo(200);
        return new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8));
    }

    private HttpRequest.Builder request(String path, String cookie, String site) {
        var request = HttpRequest.newBuilder(URI.create(url() + path)).timeout(SOON);
        if (!site.isEmpty()) {
            request.header("Sec-Fetch-Site", site);
        }
        return cookie.isEmpty() ? request : request.header("Cookie", cookie);
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return http.send(request.build(), BodyHandlers.ofString());
    }
}

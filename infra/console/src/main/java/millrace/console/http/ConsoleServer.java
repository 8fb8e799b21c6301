package millrace.console.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.regex.Pattern;
import millrace.console.call.Access;
import millrace.console.call.ConsoleException;
import millrace.console.call.ConsoleRoutes;
import millrace.console.call.Request;
import millrace.console.feed.Feeds;
import millrace.events.Json;
import millrace.local.control.ControlException;
import millrace.local.control.JsonBody;
import millrace.local.control.PathTable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP server of the console. A request is answered where its {@code Sec-Fetch-Site} says that it comes from a page
 * of this server or from the person, and, but for the way in, with the cookie of a session; a call that changes something
 * also needs the header {@code X-Console}, which no form can send, and this server as its {@code Origin}.
 */
public final class ConsoleServer implements AutoCloseable {
    static final int CALLS_AT_ONCE = 16;
    static final int KEYS_AT_ONCE = 4;

    private static final Logger LOG = LoggerFactory.getLogger(ConsoleServer.class);
    private static final int UNANSWERED_CONNECTIONS = 64;

    /** A text that can be in a header. */
    private static final Pattern KEY = Pattern.compile("[!-~]{1,200}");

    /** lit-html makes its policy itself; {@code console} is for the address of the shared worker. */
    private static final String CONTENT_SECURITY_POLICY = "default-src 'none'; script-src 'self'; style-src 'self';"
            + " connect-src 'self'; worker-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none';"
            + " form-action 'self'; require-trusted-types-for 'script'; trusted-types lit-html console";

    static {
        // Limits of the JDK's server, which reads them once: it cuts a connection over one of them.
        System.setProperty("sun.net.httpserver.maxReqTime", "10");
        System.setProperty("sun.net.httpserver.maxRspTime", "600");
        System.setProperty("jdk.httpserver.maxConnections", "128");
        System.setProperty("sun.net.httpserver.maxReqHeaderSize", Integer.toString(16 * 1024));
    }

    private final HttpServer server;
    private final Sessions sessions;
    private final ConsoleRoutes routes;
    private final EventStream stream;
    private final Optional<Function<String, Boolean>> readerKeys;
    private final PageFiles files = new PageFiles();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Semaphore calls = new Semaphore(CALLS_AT_ONCE);
    private final Semaphore typedKeys = new Semaphore(KEYS_AT_ONCE);

    private ConsoleServer(
            HttpServer server,
            Sessions sessions,
            ConsoleRoutes routes,
            Feeds feeds,
            Optional<Function<String, Boolean>> readerKeys) {
        this.server = server;
        this.sessions = sessions;
        this.routes = routes;
        this.stream = new EventStream(feeds);
        this.readerKeys = readerKeys;
    }

    /**
     * Starts the server.
     *
     * @param readerKeys says whether a typed API key is good; empty where nobody may type one
     */
    public static ConsoleServer start(
            InetSocketAddress address,
            Sessions sessions,
            ConsoleRoutes routes,
            Feeds feeds,
            Optional<Function<String, Boolean>> readerKeys)
            throws IOException {
        var http = HttpServer.create(address, UNANSWERED_CONNECTIONS);
        var console = new ConsoleServer(http, sessions, routes, feeds, readerKeys);
        http.createContext("/", console::handle);
        http.setExecutor(console.threads);
        http.start();
        return console;
    }

    /** Port on which the server listens. */
    public int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            try {
                answer(exchange);
            } catch (ConsoleException refused) {
                writeJson(exchange, refused.status(), problem(refused.status(), refused.getMessage()));
            } catch (ControlException refused) {
                writeJson(exchange, refused.status(), problem(refused.status(), refused.getMessage()));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt(); // The server stops: the connection is cut.
            } catch (RuntimeException fault) {
                // Of whatever kind: the caller gets an answer, and the log has the cause.
                LOG.warn(
                        "{} {} failed",
                        exchange.getRequestMethod(),
                        path(exchange), // Encoded, so that it stays one line.
                        fault);
                writeJson(exchange, 500, problem(500, "The console failed at this, and its log says why."));
            }
        }
    }

    private void answer(HttpExchange exchange) throws IOException, InterruptedException {
        var path = path(exchange);
        var method = exchange.getRequestMethod();
        var fixed = exchange.getResponseHeaders();
        fixed.set("Content-Security-Policy", CONTENT_SECURITY_POLICY);
        fixed.set("X-Content-Type-Options", "nosniff");
        fixed.set("Referrer-Policy", "no-referrer");
        fixed.set("Cross-Origin-Opener-Policy", "same-origin");
        fixed.set("Cross-Origin-Resource-Policy", "same-origin");
        if (path.equals("/q/health/ready")) {
            writeJson(exchange, 200, Map.of("status", "UP"));
            return;
        }
        if (path.equals("/access") && method.equals("POST") && sessions.isSecret(header(exchange, "Authorization"))) {
            writeJson(exchange, 200, Map.of("path", "/?code=" + sessions.newCode()));
            return;
        }
        requireSameOrigin(exchange);
        var query = query(exchange);
        if (path.equals("/") && query.containsKey("code")) {
            begin(exchange, sessions.begin(query.get("code")));
        } else if (path.equals("/session") && method.equals("POST")) {
            typeKey(exchange);
        } else if (path.equals("/session")) {
            requireGet(exchange);
            writeJson(exchange, 200, Map.of("typed", readerKeys.isPresent()));
        } else if (path.startsWith("/api/") || path.equals("/stream")) {
            var access = access(exchange)
                    .orElseThrow(() -> new ConsoleException(
                            401,
                            readerKeys.isPresent()
                                    ? "This browser has no session: it needs the API key of a reader."
                                    : "This browser has no session: open the address that bin/console prints."));
            if (path.equals("/stream")) {
                requireGet(exchange);
                stream.write(exchange, query.getOrDefault("feeds", ""), access);
            } else {
                call(exchange, query, access);
            }
        } else {
            file(exchange, path);
        }
    }

    /** A page of another origin, of another port of this machine too, can neither read nor do anything. */
    private static void requireSameOrigin(HttpExchange exchange) {
        var site = header(exchange, "Sec-Fetch-Site");
        if (!Set.of("same-origin", "none").contains(site)) {
            throw new ConsoleException(
                    403, "Only pages of this console may call it: Sec-Fetch-Site has to be same-origin or none.");
        }
        var origin = header(exchange, "Origin");
        var host = header(exchange, "Host").toLowerCase(Locale.ROOT);
        if (!origin.isEmpty() && !Set.of("http://" + host, "https://" + host).contains(origin)) {
            throw new ConsoleException(403, "The origin " + origin + " may not call this console.");
        }
        if (!exchange.getRequestMethod().equals("GET")
                && (origin.isEmpty() || header(exchange, "X-Console").isEmpty())) {
            throw new ConsoleException(403, "A call that changes something needs the headers Origin and X-Console.");
        }
    }

    private void call(HttpExchange exchange, Map<String, String> query, Access access)
            throws IOException, InterruptedException {
        var body = JsonBody.bytes(exchange); // Before it takes a place: it may come slowly.
        if (!calls.tryAcquire()) {
            throw new ConsoleException(429, CALLS_AT_ONCE + " calls are running already: try again.");
        }
        try {
            var match = routes.find(exchange.getRequestMethod(), path(exchange));
            var request = new Request(access, match.parameters(), query, JsonBody.parse(body));
            writeJson(exchange, 200, match.handler().answer(request));
        } finally {
            calls.release();
        }
    }

    private void typeKey(HttpExchange exchange) throws IOException {
        var key = JsonBody.read(exchange).path("key").asText();
        if (readerKeys.isEmpty()) {
            throw ConsoleException.notFound("Nobody types a key here: bin/console prints the address.");
        }
        if (!KEY.matcher(key).matches() || !isGood(key)) {
            throw new ConsoleException(401, "No service accepts this API key.");
        }
        setCookie(exchange, sessions.beginWithKey(key));
        writeJson(exchange, 200, Map.of("path", sessions.path()));
    }

    /** Asks the services, for few callers at once: anybody may call this. */
    private boolean isGood(String key) {
        if (!typedKeys.tryAcquire()) {
            throw new ConsoleException(429, KEYS_AT_ONCE + " keys are being tried already: try again.");
        }
        try {
            return readerKeys.orElseThrow().apply(key);
        } finally {
            typedKeys.release();
        }
    }

    private void begin(HttpExchange exchange, Optional<String> cookie) throws IOException {
        cookie.ifPresent(session -> setCookie(exchange, session));
        exchange.getResponseHeaders().set("Location", cookie.isPresent() ? sessions.path() + "/" : "/");
        exchange.getResponseHeaders().set("Cache-Control", "no-store");
        exchange.sendResponseHeaders(303, -1);
    }

    private void setCookie(HttpExchange exchange, String session) {
        exchange.getResponseHeaders()
                .set(
                        "Set-Cookie",
                        "%s=%s; Path=%s; Max-Age=%d; HttpOnly; SameSite=Strict%s"
                                .formatted(
                                        cookieName(),
                                        session,
                                        sessions.path(),
                                        sessions.duration().toSeconds(),
                                        header(exchange, "X-Forwarded-Proto").equals("https") ? "; Secure" : ""));
    }

    /** All ports of a host share its cookies: each has a name of its own. */
    private String cookieName() {
        return "console-" + port();
    }

    /** A page of another port can set a cookie of this name, for a longer path, beside the one of the session. */
    private Optional<Access> access(HttpExchange exchange) {
        return Arrays.stream(header(exchange, "Cookie").split(";"))
                .map(String::strip)
                .filter(cookie -> cookie.startsWith(cookieName() + "="))
                .flatMap(cookie -> sessions.access(cookie.substring(cookieName().length() + 1)).stream())
                .findFirst();
    }

    private void file(HttpExchange exchange, String path) throws IOException {
        requireGet(exchange);
        var file = files.find(path.equals("/") ? "/index.html" : path)
                .orElseThrow(() -> ConsoleException.notFound("There is no " + path + "."));
        var headers = exchange.getResponseHeaders();
        headers.set("Cache-Control", "no-cache");
        headers.set("ETag", file.tag());
        if (file.tag().equals(header(exchange, "If-None-Match"))) {
            exchange.sendResponseHeaders(304, -1);
            return;
        }
        headers.set("Content-Type", file.type());
        headers.set("Content-Encoding", "gzip"); // Every browser that sends Sec-Fetch-Site reads it.
        exchange.sendResponseHeaders(200, file.gzip().length);
        exchange.getResponseBody().write(file.gzip());
    }

    private void requireGet(HttpExchange exchange) {
        if (!exchange.getRequestMethod().equals("GET")) {
            throw new ConsoleException(405, path(exchange) + " takes GET.");
        }
    }

    /** Path of a request as it was sent, without the one that the pages put before it for the cookie. */
    private String path(HttpExchange exchange) {
        var path = String.valueOf(exchange.getRequestURI().getRawPath());
        return path.startsWith(sessions.path() + "/")
                ? path.substring(sessions.path().length())
                : path;
    }

    private static Map<String, String> query(HttpExchange exchange) {
        var values = new LinkedHashMap<String, String>();
        var query = exchange.getRequestURI().getRawQuery();
        for (var pair : query == null ? new String[0] : query.split("&")) {
            var parts = pair.split("=", 2);
            values.put(
                    PathTable.decoded(parts[0]),
                    parts.length == 2 ? PathTable.decoded(parts[1].replace("+", "%20")) : "");
        }
        return values;
    }

    private static String header(HttpExchange exchange, String name) {
        var value = exchange.getRequestHeaders().getFirst(name);
        return value == null ? "" : value;
    }

    private static Map<String, Object> problem(int status, String sentence) {
        return Map.of("type", "about:blank", "status", status, "detail", sentence);
    }

    private static void writeJson(HttpExchange exchange, int status, Object answer) throws IOException {
        if (exchange.getResponseCode() != -1) {
            return; // The answer has begun, and the caller sees that it is cut.
        }
        var headers = exchange.getResponseHeaders();
        headers.set("Cache-Control", "no-store");
        headers.set("Content-Type", status < 400 ? "application/json" : "application/problem+json");
        var bytes = Json.text(answer).getBytes(UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }
}

package millrace.local.control;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import millrace.events.Json;
import millrace.events.TerminalText;
import millrace.local.DataDirectory;
import millrace.local.LoopbackTls;
import millrace.local.Secrets;
import millrace.local.StartException;

/**
 * The control API of a running platform: JSON over HTTPS, on loopback alone. A call is let in with the token in
 * {@code Authorization: Bearer}, and a {@code Host} that is this server; from a browser only where its {@code Origin} is
 * this server, too. Address and token are in {@link #FILE} of the data directory, which only its owner reads; both stay
 * the same from start to start, as long as the port is free.
 *
 * <p>An error has the status and is a problem of RFC 9457, with the fields {@code id} and {@code message} of the PaaS.
 */
public final class ControlServer implements AutoCloseable {
    /** File of the data directory with address and token, while the server runs. */
    static final String FILE = "control.properties";

    static final int CONNECTIONS = 64;

    /** Of all headers of a call and its path, which anyone may send: the heap has room for them on every connection. */
    static final int LARGEST_HEADERS = 16 * 1024;

    static final int CALLS_AT_ONCE = 8;

    private static final String TOKEN = "control.token";
    private static final int UNANSWERED_CONNECTIONS = 32;
    private static final Duration CALLS_END_WITHIN = Duration.ofSeconds(10);

    static {
        // Limits of the JDK's server, which reads them once: it cuts a connection over one of them.
        System.setProperty("sun.net.httpserver.maxReqTime", "10");
        System.setProperty("sun.net.httpserver.maxRspTime", "240");
        System.setProperty("jdk.httpserver.maxConnections", Integer.toString(CONNECTIONS));
        System.setProperty("sun.net.httpserver.maxReqHeaderSize", Integer.toString(LARGEST_HEADERS));
    }

    private final DataDirectory directory;
    private final ControlRoutes routes;
    private final Consumer<String> messages;
    private final byte[] authorization;
    private final Set<String> hosts;
    private final HttpsServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Semaphore calls = new Semaphore(CALLS_AT_ONCE);

    private ControlServer(
            DataDirectory directory,
            ControlRoutes routes,
            Consumer<String> messages,
            String token,
            HttpsServer server) {
        this.directory = directory;
        this.routes = routes;
        this.messages = messages;
        this.authorization = ("Bearer " + token).getBytes(UTF_8);
        this.server = server;
        var port = server.getAddress().getPort();
        this.hosts = Set.of("localhost:" + port, "127.0.0.1:" + port);
    }

    /**
     * Starts the server, and writes {@link #FILE}.
     *
     * @param messages takes a sentence for each call that failed by a fault of this program
     */
    public static ControlServer start(DataDirectory directory, ControlRoutes routes, Consumer<String> messages) {
        var token = directory.getOrCreate(TOKEN, Secrets::random);
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), directory.port("control.port"));
        try {
            var https = HttpsServer.create(address, UNANSWERED_CONNECTIONS);
            https.setHttpsConfigurator(new HttpsConfigurator(LoopbackTls.server(directory)));
            var control = new ControlServer(directory, routes, messages, token, https);
            https.createContext("/", control::handle);
            https.setExecutor(control.threads);
            https.start();
            directory.write(FILE, "url=%s\ntoken=%s\n".formatted(control.url(), token));
            return control;
        } catch (IOException e) {
            throw new StartException("The control API cannot listen at port " + address.getPort() + ".", e);
        }
    }

    /** URL of the server, by the name that its certificate has. */
    public String url() {
        return "https://localhost:" + address().getPort();
    }

    /** Address on which the server listens. */
    InetSocketAddress address() {
        return server.getAddress();
    }

    /**
     * Removes {@link #FILE}, interrupts the calls that run, and waits some seconds for their end: nothing that they change
     * changes later.
     */
    @Override
    public void close() {
        directory.delete(FILE);
        server.stop(0);
        threads.shutdownNow();
        try {
            if (!threads.awaitTermination(CALLS_END_WITHIN.toSeconds(), TimeUnit.SECONDS)) {
                messages.accept(
                        "A call of the control API has not ended after " + CALLS_END_WITHIN.toSeconds() + " s.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            var status = 200;
            Object answer;
            try {
                requireAccess(exchange);
                answer = answer(exchange);
            } catch (ControlException refused) {
                status = refused.status();
                answer = error(status, refused.id(), refused.getMessage());
            } catch (StartException refused) {
                status = 422;
                answer = error(status, "invalid_params", refused.getMessage());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                status = 503;
                answer = error(status, "unavailable", "bin/up is stopping.");
            } catch (RuntimeException fault) {
                // Of whatever kind: the caller gets an answer, and the terminal of bin/up shows it.
                messages.accept(TerminalText.lines("The call %s %s failed: %s"
                        .formatted(exchange.getRequestMethod(), exchange.getRequestURI(), fault)));
                status = 500;
                answer = error(status, "internal_error", String.valueOf(fault.getMessage()));
            }
            write(exchange, status, answer);
        }
    }

    /** Lets a call in, or refuses it before it takes one of the places of those that run at once. */
    private void requireAccess(HttpExchange exchange) {
        var headers = exchange.getRequestHeaders();
        var host = String.valueOf(headers.getFirst("Host")).toLowerCase(Locale.ROOT);
        if (!hosts.contains(host)) {
            throw new ControlException(
                    421,
                    "misdirected",
                    "This server is not " + host + ", but one of: " + String.join(", ", new TreeSet<>(hosts)) + ".");
        }
        var origin = headers.getFirst("Origin");
        if (origin != null && !origin.equals("https://" + host)) {
            throw new ControlException(403, "forbidden", "The origin " + origin + " may not call this server.");
        }
        var given = String.valueOf(headers.getFirst("Authorization")).getBytes(UTF_8);
        if (!MessageDigest.isEqual(given, authorization)) {
            throw new ControlException(
                    401, "unauthorized", "The token is missing or wrong: it is in " + FILE + " of MILLRACE_HOME.");
        }
    }

    private Object answer(HttpExchange exchange) throws IOException, InterruptedException {
        if (!calls.tryAcquire()) {
            throw new ControlException(429, "rate_limit", CALLS_AT_ONCE + " calls are running already: try again.");
        }
        try {
            var match = routes.find(
                    exchange.getRequestMethod(), exchange.getRequestURI().getRawPath());
            return match.handler().answer(new ControlRoutes.Call(match.parameters(), JsonBody.read(exchange)));
        } finally {
            calls.release();
        }
    }

    private static Map<String, Object> error(int status, String id, String sentence) {
        var error = new LinkedHashMap<String, Object>();
        error.put("type", "about:blank");
        error.put("status", status);
        error.put("detail", sentence);
        error.put("id", id);
        error.put("message", sentence);
        return error;
    }

    private static void write(HttpExchange exchange, int status, Object answer) throws IOException {
        var headers = exchange.getResponseHeaders();
        headers.set("Cache-Control", "no-store");
        headers.set("X-Content-Type-Options", "nosniff");
        if (answer == null) {
            exchange.sendResponseHeaders(204, -1);
            return;
        }
        headers.set("Content-Type", status < 400 ? "application/json" : "application/problem+json");
        var bytes = Json.MAPPER.writeValueAsBytes(answer);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }
}

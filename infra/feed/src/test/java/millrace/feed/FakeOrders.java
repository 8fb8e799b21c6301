package millrace.feed;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Fake of the orders service: returns the answers that a test sets. */
final class FakeOrders implements AutoCloseable {
    private final HttpServer server;
    private final Map<String, String> answers = new ConcurrentHashMap<>();
    private final Queue<String> asked = new ConcurrentLinkedQueue<>();
    private volatile int misses;

    FakeOrders() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    void put(String uri, String json) {
        answers.put(uri, json);
    }

    /** Makes the first requests find nothing. */
    void miss(int requests) {
        misses = requests;
    }

    List<String> asked() {
        return List.copyOf(asked);
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        var uri = exchange.getRequestURI().toString();
        asked.add(uri);
        var isReader = "Bearer reader".equals(exchange.getRequestHeaders().getFirst("Authorization"));
        var isFound = isReader && answers.containsKey(uri) && misses-- <= 0;
        var body = (isFound ? answers.get(uri) : uri.startsWith("/dead") ? "[]" : "{}").getBytes(UTF_8);
        exchange.sendResponseHeaders(!isReader ? 401 : isFound || uri.startsWith("/dead") ? 200 : 404, body.length);
        try (var out = exchange.getResponseBody()) {
            out.write(body);
        }
    }
}

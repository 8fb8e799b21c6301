package millrace.ingest.sdk;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A proxy before the edge: it forwards every request, and loses the response to the first one. */
final class ResponseLosingProxy implements AutoCloseable {
    private static final List<String> FORWARDED =
            List.of("Authorization", "Content-Type", "Content-Encoding", "User-Agent");

    private final HttpClient client = HttpClient.newHttpClient();
    private final HttpServer server;
    private final String edge;
    private final AtomicInteger requests = new AtomicInteger();

    ResponseLosingProxy(String edge) throws IOException {
        this.edge = edge;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::pass);
        server.start();
    }

    String url() {
        return "http://localhost:" + server.getAddress().getPort();
    }

    int lost() {
        return Math.min(requests.get(), 1);
    }

    private void pass(HttpExchange exchange) throws IOException {
        try (exchange) {
            var request = HttpRequest.newBuilder(URI.create(edge + exchange.getRequestURI()))
                    .method(
                            exchange.getRequestMethod(),
                            HttpRequest.BodyPublishers.ofByteArray(
                                    exchange.getRequestBody().readAllBytes()));
            for (var name : FORWARDED) {
                if (exchange.getRequestHeaders().containsKey(name)) {
                    request.header(name, exchange.getRequestHeaders().getFirst(name));
                }
            }
            var response = client.send(request.build(), BodyHandlers.ofByteArray());
            var isLost = requests.getAndIncrement() == 0;
            exchange.sendResponseHeaders(isLost ? 502 : response.statusCode(), isLost ? -1 : response.body().length);
            if (!isLost) {
                exchange.getResponseBody().write(response.body());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        server.stop(0);
        client.close();
    }
}

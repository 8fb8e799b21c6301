package millrace.bench.load;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;

/** HTTP server with scripted responses; it closes the connection instead of sending {@link #HANG_UP}. */
final class FakeHttpServer implements AutoCloseable {
    static final String SUCCESS = "HTTP/1.1 200 OK\r\ncontent-length: 16\r\n\r\n{\"success\":true}";
    static final String HANG_UP = "";

    final List<String> bodies = new CopyOnWriteArrayList<>();
    private final AtomicInteger requests = new AtomicInteger();
    private final ServerSocket socket;
    private final IntFunction<String> answers;

    /** @param answers response to the request with a given number, from 1 */
    FakeHttpServer(IntFunction<String> answers) throws IOException {
        this.answers = answers;
        this.socket = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
        Thread.startVirtualThread(this::accept);
    }

    int port() {
        return socket.getLocalPort();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private void accept() {
        try {
            while (true) {
                var connection = socket.accept();
                Thread.startVirtualThread(() -> serve(connection));
            }
        } catch (IOException e) {
            // The test is over.
        }
    }

    private void serve(Socket connection) {
        try (connection) {
            var input = new BufferedInputStream(connection.getInputStream());
            for (var body = body(input); body != null; body = body(input)) {
                bodies.add(body);
                var answer = answers.apply(requests.incrementAndGet());
                if (answer.equals(HANG_UP)) {
                    return;
                }
                connection.getOutputStream().write(answer.getBytes(US_ASCII));
            }
        } catch (IOException e) {
            // The client has closed the connection.
        }
    }

    /** {@code null} at the end of the connection. */
    private static String body(InputStream input) throws IOException {
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            var next = input.read();
            if (next < 0) {
                return null;
            }
            head.append((char) next);
        }
        var length = head.toString().replaceAll("(?s).*content-length: ([0-9]+)\r\n.*", "$1");
        return new String(input.readNBytes(Integer.parseInt(length)), US_ASCII);
    }
}

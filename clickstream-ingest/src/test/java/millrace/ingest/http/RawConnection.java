package millrace.ingest.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import org.eclipse.microprofile.config.ConfigProvider;

/** A connection to the edge under test, byte by byte. */
final class RawConnection implements Closeable {
    private final Socket socket;

    private RawConnection(Socket socket) {
        this.socket = socket;
    }

    /** @param from address of the client: any of 127.0.0.0/8 */
    static RawConnection from(String from) throws IOException {
        var port = ConfigProvider.getConfig().getValue("quarkus.http.test-port", int.class);
        var socket = new Socket(InetAddress.getByName("127.0.0.1"), port, InetAddress.getByName(from), 0);
        socket.setSoTimeout(30_000);
        return new RawConnection(socket);
    }

    RawConnection send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(ISO_8859_1));
        socket.getOutputStream().flush();
        return this;
    }

    /** Returns true where the edge has not closed the connection, regardless of earlier responses. */
    boolean isOpen() {
        try {
            socket.setSoTimeout(1);
            while (socket.getInputStream().read() >= 0) {
                continue;
            }
            return false;
        } catch (SocketTimeoutException nothingCame) {
            return true;
        } catch (IOException closed) {
            return false;
        }
    }

    /** Returns the next response, head and body. */
    String response() throws IOException {
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            var next = socket.getInputStream().read();
            if (next < 0) {
                return head.toString();
            }
            head.append((char) next);
        }
        var at = head.toString().toLowerCase(java.util.Locale.ROOT).indexOf("content-length: ");
        var length = at < 0
                ? 0
                : Integer.parseInt(
                        head.substring(at + 16, head.indexOf("\r\n", at)).strip());
        return head + new String(socket.getInputStream().readNBytes(length), ISO_8859_1);
    }

    /** Returns all text until the edge closes the connection. */
    String untilClosed() throws IOException {
        var text = new StringBuilder();
        try {
            for (int next; (next = socket.getInputStream().read()) >= 0; ) {
                text.append((char) next);
            }
        } catch (java.net.SocketException reset) {
            return text.toString();
        }
        return text.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}

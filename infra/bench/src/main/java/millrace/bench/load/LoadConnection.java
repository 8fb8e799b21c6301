package millrace.bench.load;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/** A keep-alive connection that carries one request at a time. */
final class LoadConnection {
    private final int port;
    private final LoadRequest request;
    private final ResponseParser response = new ResponseParser();
    private SelectionKey key;
    private ByteBuffer sending;
    private long due;
    private boolean waiting;

    LoadConnection(int port, LoadRequest request) {
        this.port = port;
        this.request = request;
    }

    void open(Selector selector) throws IOException {
        var channel = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.configureBlocking(false);
        key = channel.register(selector, SelectionKey.OP_READ, this);
        waiting = false;
    }

    /** Reconnects; a request without a response is abandoned. */
    void reopen() throws IOException {
        close();
        open(key.selector());
    }

    void close() throws IOException {
        if (key != null) {
            key.channel().close();
        }
    }

    /** Sends the next request, which was due at {@code dueAt}. */
    void send(EventStamp stamp, long dueAt) throws IOException {
        due = dueAt;
        waiting = true;
        response.clear();
        sending = request.next(stamp);
        write();
    }

    /** Returns the time at which the request was due. */
    long due() {
        return due;
    }

    /** Returns true if the request is sent and not answered. */
    boolean isWaiting() {
        return waiting;
    }

    int status() {
        return response.status();
    }

    /**
     * Continues writing or reading.
     *
     * @return true if the response is complete now
     */
    boolean proceed(ByteBuffer buffer) throws IOException {
        if (key.isWritable()) {
            write();
        }
        if (!key.isReadable()) {
            return false;
        }
        if (((SocketChannel) key.channel()).read(buffer.clear()) < 0) {
            throw new EOFException("The server closed the connection");
        }
        waiting = !response.read(buffer.flip());
        return !waiting;
    }

    private void write() throws IOException {
        ((SocketChannel) key.channel()).write(sending);
        var interest = sending.hasRemaining() ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ;
        if (key.interestOps() != interest) {
            key.interestOps(interest);
        }
    }
}

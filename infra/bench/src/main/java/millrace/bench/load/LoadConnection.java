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

/** A connection that is kept alive and carries one request at a time. */
final class LoadConnection {
    private final int port;
    private final LoadRequest request;
    private final ResponseParser answer = new ResponseParser();
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

    /** Connects again; what was sent and not answered is forgotten. */
    void reopen() throws IOException {
        close();
        open(key.selector());
    }

    void close() throws IOException {
        if (key != null) {
            key.channel().close();
        }
    }

    /** Sends the next request, which was meant to be sent at that time. */
    void send(EventStamp stamp, long dueAt) throws IOException {
        due = dueAt;
        waiting = true;
        answer.clear();
        sending = request.next(stamp);
        write();
    }

    /** When the request was meant to be sent. */
    long due() {
        return due;
    }

    /** Whether the request has been sent and not answered. */
    boolean isWaiting() {
        return waiting;
    }

    int status() {
        return answer.status();
    }

    /**
     * Goes on with what the connection is ready for.
     *
     * @return whether the answer is complete now
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
        waiting = !answer.read(buffer.flip());
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

package millrace.ingest.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.util.AttributeKey;
import io.netty.util.concurrent.ScheduledFuture;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.impl.ConnectionBase;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/**
 * One connection and its limits of time, which it checks once a second on its event loop: the headers of a request, its body, a
 * client that does not read its answers. Stands before everything else in the channel's pipeline.
 */
public final class ClientConnection extends ChannelDuplexHandler {
    /** Bytes of answers that a client may leave unread; beyond them the connection is closed. */
    private static final long UNREAD = 256 * 1024;

    private static final long UNREAD_FOR = TimeUnit.SECONDS.toNanos(10);
    private static final AttributeKey<ClientConnection> KEY = AttributeKey.valueOf("millrace.connection");

    final long number;
    private final ConnectionLimiter connections;
    private ChannelHandlerContext context;
    private ScheduledFuture<?> clock;
    private volatile boolean keyShown;
    private boolean open;
    private boolean requested;
    private boolean headersComing;
    private long headersSince;
    private boolean unread;
    private long unreadSince;
    private BodyReader.PendingBody body;

    ClientConnection(long number, ConnectionLimiter connections) {
        this.number = number;
        this.connections = connections;
    }

    /** The one that a request came on; {@code null} where it came before connections were bounded: in the moment of starting. */
    static ClientConnection of(HttpServerRequest request) {
        return ((ConnectionBase) request.connection()).channel().attr(KEY).get();
    }

    /** Tells that a valid key came on the connection of this request. */
    public static void keyShown(HttpServerRequest request) {
        var connection = of(request);
        if (connection != null && !connection.keyShown) {
            connection.keyShown = true;
            connection.connections.keyShown(connection);
        }
    }

    boolean hasShownKey() {
        return keyShown;
    }

    /** Tells that the headers of this request have come. */
    public static void began(HttpServerRequest request) {
        var connection = of(request);
        if (connection != null) {
            connection.requested = true;
            connection.headersComing = false;
            request.response().endHandler(ended -> connection.requestEnded());
        }
    }

    /** {@code null} where the other end has none. */
    String address() {
        return context.channel().remoteAddress() instanceof InetSocketAddress peer
                ? peer.getAddress().getHostAddress()
                : null;
    }

    void requestEnded() {
        requested = false;
        headersComing = false;
    }

    /** @param body that is on its way in; {@code null} where it has come */
    void reading(BodyReader.PendingBody body) {
        this.body = body;
    }

    /** Closes it from any thread. */
    void evict() {
        context.executor().execute(() -> context.close());
    }

    /** Says why in an answer of its own, and closes it. */
    void refuse(String status, String detail) {
        var text = "HTTP/1.1 " + status
                + "\r\nconnection: close\r\nretry-after: 1\r\ncontent-type: text/plain\r\ncontent-length: "
                + detail.length() + "\r\n\r\n" + detail;
        context.writeAndFlush(Unpooled.wrappedBuffer(text.getBytes(US_ASCII))).addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
        added.channel().attr(KEY).set(this);
    }

    @Override
    public void channelActive(ChannelHandlerContext active) throws Exception {
        open = true;
        clock = active.executor().scheduleAtFixedRate(this::check, 1, 1, TimeUnit.SECONDS);
        connections.opened(this);
        super.channelActive(active);
    }

    @Override
    public void channelInactive(ChannelHandlerContext inactive) throws Exception {
        if (open) {
            open = false;
            clock.cancel(false);
            connections.closed(this);
        }
        super.channelInactive(inactive);
    }

    @Override
    public void channelRead(ChannelHandlerContext reading, Object message) throws Exception {
        if (!requested && !headersComing) {
            headersComing = true;
            headersSince = System.nanoTime();
        }
        super.channelRead(reading, message);
    }

    @Override
    public void write(ChannelHandlerContext writing, Object message, ChannelPromise promise) throws Exception {
        super.write(writing, message, promise);
        if (!writing.channel().isWritable() && writing.channel().bytesBeforeWritable() > UNREAD) {
            connections.count("unread-answers");
            writing.close();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext changed) throws Exception {
        unread = !changed.channel().isWritable();
        unreadSince = System.nanoTime();
        super.channelWritabilityChanged(changed);
    }

    private void check() {
        var now = System.nanoTime();
        if (unread && now - unreadSince > UNREAD_FOR) {
            connections.count("unread-answers");
            context.close();
        } else if (body != null) {
            body.check(now);
        } else if (headersComing && !requested && now - headersSince > connections.headersWithin()) {
            connections.count("slow-headers");
            headersComing = false;
            refuse("408 Request Timeout", "The headers did not come in time.");
        }
    }
}

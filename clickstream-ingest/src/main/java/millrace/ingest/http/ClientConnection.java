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
 * Enforces the time limits of one connection: of a request's headers, of its body, and of responses that the client
 * does not read. It checks them once a second on the connection's event loop, and stands before all other handlers in
 * the channel's pipeline.
 */
public final class ClientConnection extends ChannelDuplexHandler {
    /** Bytes of responses that a client may leave unread; beyond it the connection is closed. */
    private static final long UNREAD = 256 * 1024;

    private static final long UNREAD_FOR = TimeUnit.SECONDS.toNanos(10);
    private static final AttributeKey<Object> KEY = AttributeKey.valueOf("millrace.connection");

    final long number;
    private final ConnectionLimiter limiter;
    private ChannelHandlerContext context;
    private ScheduledFuture<?> clock;
    private volatile boolean authenticated;
    private boolean open;
    private boolean requested;
    private boolean headersComing;
    private long headersSince;
    private boolean unread;
    private long unreadSince;
    private BodyReader.PendingBody body;

    ClientConnection(long number, ConnectionLimiter limiter) {
        this.number = number;
        this.limiter = limiter;
    }

    /**
     * Returns the connection of a request; {@code null} where it was accepted before the limits were installed, at
     * startup, or before the classes were loaded again, in the dev mode of Quarkus.
     */
    static ClientConnection of(HttpServerRequest request) {
        var known = ((ConnectionBase) request.connection()).channel().attr(KEY).get();
        return known instanceof ClientConnection connection ? connection : null;
    }

    /** Marks the connection of a request as authenticated by a valid key. */
    public static void markAuthenticated(HttpServerRequest request) {
        var connection = of(request);
        if (connection != null && !connection.authenticated) {
            connection.authenticated = true;
            connection.limiter.removeFromWithoutKey(connection);
        }
    }

    boolean isAuthenticated() {
        return authenticated;
    }

    /** Marks the headers of a request as received. */
    static void headersReceived(HttpServerRequest request) {
        var connection = of(request);
        if (connection != null) {
            connection.requested = true;
            connection.headersComing = false;
            request.response().endHandler(ended -> connection.requestEnded());
        }
    }

    /** Returns the IP address of the client; {@code null} where it has none. */
    String address() {
        return context.channel().remoteAddress() instanceof InetSocketAddress peer
                ? peer.getAddress().getHostAddress()
                : null;
    }

    void requestEnded() {
        requested = false;
        headersComing = false;
    }

    /** @param body that is being received; {@code null} where it has ended */
    void pendingBody(BodyReader.PendingBody body) {
        this.body = body;
    }

    /** Closes the connection; may be called from any thread. */
    void evict() {
        context.executor().execute(() -> context.close());
    }

    /** Writes a response with the reason, and closes the connection. */
    void reject(String status, String detail) {
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
        limiter.opened(this);
        super.channelActive(active);
    }

    @Override
    public void channelInactive(ChannelHandlerContext inactive) throws Exception {
        if (open) {
            open = false;
            clock.cancel(false);
            limiter.closed(this);
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
            limiter.count("unread-answers");
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
            limiter.count("unread-answers");
            context.close();
        } else if (body != null) {
            body.check(now);
        } else if (headersComing && !requested && now - headersSince > limiter.headersWithin()) {
            limiter.count("slow-headers");
            headersComing = false;
            reject("408 Request Timeout", "The headers did not come in time.");
        }
    }
}

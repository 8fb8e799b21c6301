package millrace.ingest.http;

import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ServerChannel;
import io.netty.channel.SingleThreadEventLoop;
import io.quarkus.vertx.http.HttpServerStart;
import io.vertx.core.Vertx;
import io.vertx.core.impl.VertxInternal;
import jakarta.enterprise.event.ObservesAsync;
import jakarta.inject.Singleton;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import millrace.ingest.IngestConfig;

/**
 * Bounds the connections that are open at once, in all and, where no proxy stands before the edge, of each client address. Only
 * those that have not shown a valid key are asked to go: at a limit the oldest of them is closed for the new one, which
 * shows its key in a moment or is itself the oldest soon. Where all have shown one, the new one is answered 503.
 *
 * <p>Each connection has one request at a time: HTTP/2 is off. So this bounds requests as well.
 */
@Singleton
class ConnectionLimiter {
    private static final int PLACES = 4_096;

    private final Vertx vertx;
    private final IngestConfig config;
    private final ClientAddressResolver clientAddress;
    private final MeterRegistry metrics;
    private final AtomicLong numbers = new AtomicLong();
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger openWithoutKey = new AtomicInteger();
    /** By number, so the oldest first; never more than are open. */
    private final ConcurrentSkipListMap<Long, ClientConnection> withoutKey = new ConcurrentSkipListMap<>();

    /** By hash of the address: two at one place share a limit. */
    private final AtomicIntegerArray ofAddress = new AtomicIntegerArray(PLACES);

    ConnectionLimiter(Vertx vertx, IngestConfig config, ClientAddressResolver clientAddress, MeterRegistry metrics) {
        this.vertx = vertx;
        this.config = config;
        this.clientAddress = clientAddress;
        this.metrics = metrics;
        metrics.gauge("ingest.connections", open);
        metrics.gauge("ingest.connections.without.key", openWithoutKey);
    }

    /** Stands in the way of every new connection as soon as the server listens. */
    void bound(@ObservesAsync HttpServerStart started) {
        ((VertxInternal) vertx)
                .getAcceptorEventLoopGroup()
                .forEach(acceptor -> acceptor.execute(() -> ((SingleThreadEventLoop) acceptor)
                        .registeredChannelsIterator()
                        .forEachRemaining(this::bound)));
    }

    private void bound(Channel channel) {
        if (channel instanceof ServerChannel && channel.pipeline().get(Accepting.class) == null) {
            channel.pipeline().addFirst(new Accepting());
        }
    }

    private final class Accepting extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object accepted) throws Exception {
            ((Channel) accepted).pipeline().addFirst(new ClientConnection(numbers.incrementAndGet(), ConnectionLimiter.this));
            super.channelRead(context, accepted);
        }
    }

    long headersWithin() {
        return config.headersWithin().toNanos();
    }

    /** Counts a limit that was met. */
    void count(String limit) {
        metrics.counter("ingest.limits", "limit", limit).increment();
    }

    void opened(ClientConnection connection) {
        withoutKey.put(connection.number, connection);
        var all = open.incrementAndGet();
        var strangers = openWithoutKey.incrementAndGet();
        if (ofAddress(connection, 1) > config.maxConnectionsOfAddress()) {
            count("connections-of-address");
            connection.refuse("503 Service Unavailable", "Your address has too many connections without a write key.");
        } else if (all > config.maxConnections() || strangers > config.maxConnectionsWithoutKey()) {
            var oldest = withoutKey.pollFirstEntry();
            if (oldest == null || oldest.getValue() == connection) {
                count("connections");
                connection.refuse("503 Service Unavailable", "The edge has as many connections as it may.");
            } else {
                count("connections-without-key");
                oldest.getValue().evict();
            }
        }
    }

    void keyShown(ClientConnection connection) {
        withoutKey.remove(connection.number);
        openWithoutKey.decrementAndGet();
        ofAddress(connection, -1);
    }

    void closed(ClientConnection connection) {
        open.decrementAndGet();
        if (!connection.hasShownKey()) {
            keyShown(connection);
        }
    }

    /** How many of its address have shown no key; none where a proxy stands between. */
    private int ofAddress(ClientConnection connection, int more) {
        var address = clientAddress.isDirect() ? connection.address() : null;
        return address == null ? 0 : ofAddress.addAndGet(address.hashCode() & PLACES - 1, more);
    }
}

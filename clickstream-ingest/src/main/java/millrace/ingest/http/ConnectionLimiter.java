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

/**
 * Limits the open connections, in total and, where no proxy stands before the edge, by client address. At a limit of
 * the total the oldest connection that has shown no valid key is closed for the new one. Where all have shown a key, or
 * the limit of the address is reached, the new one is answered 503.
 *
 * <p>Each connection has one request at a time, because HTTP/2 is off. So the limits bound requests as well.
 */
@Singleton
class ConnectionLimiter {
    private static final int SLOTS = 4_096;

    /** Name of the handler on a listening channel. */
    private static final String ACCEPTED = "millrace-accepted";

    private final Vertx vertx;
    private final IngestConfig config;
    private final ClientAddressResolver clientAddress;
    private final MeterRegistry metrics;
    private final AtomicLong numbers = new AtomicLong();
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger openWithoutKey = new AtomicInteger();
    /** Connections without a key by number, so the oldest first; never more than are open. */
    private final ConcurrentSkipListMap<Long, ClientConnection> withoutKey = new ConcurrentSkipListMap<>();

    /** Connections without a key by hash of the address; two addresses in one slot share a limit. */
    private final AtomicIntegerArray ofAddress = new AtomicIntegerArray(SLOTS);

    ConnectionLimiter(Vertx vertx, IngestConfig config, ClientAddressResolver clientAddress, MeterRegistry metrics) {
        this.vertx = vertx;
        this.config = config;
        this.clientAddress = clientAddress;
        this.metrics = metrics;
        metrics.gauge("ingest.connections", open);
        metrics.gauge("ingest.connections.without.key", openWithoutKey);
    }

    /** Installs the limits on each listening channel, as soon as the server listens. */
    void install(@ObservesAsync HttpServerStart started) {
        ((VertxInternal) vertx)
                .getAcceptorEventLoopGroup()
                .forEach(acceptor -> acceptor.execute(() -> ((SingleThreadEventLoop) acceptor)
                        .registeredChannelsIterator()
                        .forEachRemaining(this::install)));
    }

    private void install(Channel channel) {
        if (channel instanceof ServerChannel) {
            var pipeline = channel.pipeline();
            if (pipeline.get(ACCEPTED) != null) {
                pipeline.remove(ACCEPTED); // In dev mode the channel outlives the limiter of the classes before.
            }
            pipeline.addFirst(ACCEPTED, new AcceptHandler());
        }
    }

    private final class AcceptHandler extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object accepted) throws Exception {
            ((Channel) accepted)
                    .pipeline()
                    .addFirst(new ClientConnection(numbers.incrementAndGet(), ConnectionLimiter.this));
            super.channelRead(context, accepted);
        }
    }

    long headersWithin() {
        return config.headersWithin().toNanos();
    }

    /** Counts a limit that was reached, in {@code ingest_limits_total}. */
    void count(String limit) {
        metrics.counter("ingest.limits", "limit", limit).increment();
    }

    void opened(ClientConnection connection) {
        withoutKey.put(connection.number, connection);
        var all = open.incrementAndGet();
        var allWithoutKey = openWithoutKey.incrementAndGet();
        if (ofAddress(connection, 1) > config.maxConnectionsOfAddress()) {
            count("connections-of-address");
            connection.reject("503 Service Unavailable", "Your address has too many connections without a write key.");
        } else if (all > config.maxConnections() || allWithoutKey > config.maxConnectionsWithoutKey()) {
            var oldest = withoutKey.pollFirstEntry();
            if (oldest == null || oldest.getValue() == connection) {
                count("connections");
                connection.reject("503 Service Unavailable", "The edge has as many connections as it may.");
            } else {
                count("connections-without-key");
                oldest.getValue().evict();
            }
        }
    }

    void removeFromWithoutKey(ClientConnection connection) {
        withoutKey.remove(connection.number);
        openWithoutKey.decrementAndGet();
        ofAddress(connection, -1);
    }

    void closed(ClientConnection connection) {
        open.decrementAndGet();
        if (!connection.isAuthenticated()) {
            removeFromWithoutKey(connection);
        }
    }

    /**
     * Adds to the number of the address's connections without a key, and returns it; 0 where a proxy stands before the
     * edge.
     */
    private int ofAddress(ClientConnection connection, int more) {
        var address = clientAddress.isDirect() ? connection.address() : null;
        return address == null ? 0 : ofAddress.addAndGet(address.hashCode() & SLOTS - 1, more);
    }
}

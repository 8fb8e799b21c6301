package millrace.ingest.http;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;

/** Settings of the edge. */
@ConfigMapping(prefix = "ingest")
public interface IngestConfig {
    /**
     * Write keys: entries {@code source:sha256} separated by commas, for example {@code shop:9f86d0…}, with the SHA-256
     * of the write key in hexadecimal digits. A source may have several keys at once, so that a key can be replaced
     * without a pause. A key whose entry ends with {@code :revoked} is answered 403.
     */
    Optional<String> writeKeys();

    /**
     * Rules of sources as a JSON object, for example {@code {"shop":{"origins":["https://shop.example"],
     * "kinds":["page","track","order"],"actsFor":["outlet"],"currency":"EUR","eventsPerSecond":500,"address":"dropped",
     * "signals":"ignore"}}}. Without a rule a source may send clicks and no orders, from every origin at any rate; its
     * orders without a currency are in USD, addresses are truncated and privacy signals are honoured.
     */
    Optional<String> sources();

    /**
     * Number of proxies before the edge that append to {@code X-Forwarded-For}: the client's address is at this
     * position from the end of the list.
     */
    @WithDefault("0")
    int proxies();

    /**
     * Limit of the bytes held at once in requests and in records that the broker has not acknowledged; beyond it
     * requests are answered 429.
     */
    @WithDefault("16M")
    MemorySize maxInFlight();

    /**
     * Limit from the first byte of a request to the end of its headers; beyond it the request is answered 408 and the
     * connection is closed.
     */
    @WithDefault("10s")
    Duration headersWithin();

    /**
     * Limit of open connections. Beyond it the oldest connection that has shown no write key is closed for a new one;
     * where there is none, the new one is answered 503.
     */
    @WithDefault("4096")
    int maxConnections();

    /**
     * Limit of open connections that have shown no write key; beyond it the oldest of these is closed for a new one.
     */
    @WithDefault("2048")
    int maxConnectionsWithoutKey();

    /**
     * Limit of open connections of one client address that have shown no write key; beyond it a new one is answered
     * 503. It applies only where {@code PROXIES} is 0.
     */
    @WithDefault("1536")
    int maxConnectionsOfAddress();

    /**
     * Limit from the headers of a request to the last byte of its body; beyond it the request is answered 408 and the
     * connection is closed.
     */
    @WithDefault("10s")
    Duration bodyWithin();

    /** Number of recent events whose duplicates the edge detects: a power of two. */
    @WithDefault("1048576")
    int remembered();
}

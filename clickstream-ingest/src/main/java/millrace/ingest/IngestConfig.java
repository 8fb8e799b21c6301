package millrace.ingest;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;

/** How the edge takes what it is sent. */
@ConfigMapping(prefix = "ingest")
public interface IngestConfig {
    /**
     * Who may write: the source and the SHA-256 of its write key in hexadecimal digits, as {@code shop:9f86d0…}, several
     * separated by commas. A source may have several keys at once, so that one can be replaced without a pause; one that ends
     * with {@code :revoked} is answered 403.
     */
    Optional<String> writeKeys();

    /**
     * Rules of sources as a JSON object, for example {@code {"shop":{"origins":["https://shop.example"],
     * "kinds":["page","track","order"],"actsFor":["outlet"],"currency":"EUR","eventsPerSecond":500,"address":"dropped",
     * "signals":"ignore"}}}. Without a rule all origins are allowed at any rate, but clicks alone and no order; an order that
     * names no currency is in USD, addresses are truncated, and a visitor's wish for privacy is honoured.
     */
    Optional<String> sources();

    /** Proxies before the edge that add to {@code X-Forwarded-For}: the visitor's address is that many from its end. */
    @WithDefault("0")
    int proxies();

    /** How much may be held at once in requests and in records the broker has not acknowledged; beyond it the answer is 429. */
    @WithDefault("16M")
    MemorySize maxInFlight();

    /** From the first byte of a request to the end of its headers; beyond it the answer is 408 and the connection is closed. */
    @WithDefault("10s")
    Duration headersWithin();

    /** Connections at once; beyond it the oldest that has shown no write key is closed for a new one, else the new one is answered 503. */
    @WithDefault("4096")
    int maxConnections();

    /** Those of them that have shown no write key; beyond it the oldest of these is closed for a new one. */
    @WithDefault("2048")
    int maxConnectionsWithoutKey();

    /** Those of one client address that have shown no write key, where {@code PROXIES} is 0; beyond it a new one is answered 503. */
    @WithDefault("1536")
    int maxConnectionsOfAddress();

    /** From a request's headers to its body's last byte; beyond it the answer is 408 and the connection is closed. */
    @WithDefault("10s")
    Duration bodyWithin();

    /** Events whose repeats are noticed here: a power of two. */
    @WithDefault("1048576")
    int remembered();
}

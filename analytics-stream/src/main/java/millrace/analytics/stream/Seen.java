package millrace.analytics.stream;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.dynatrace.hash4j.hashing.Hasher128;
import com.dynatrace.hash4j.hashing.Hashing;
import java.nio.ByteBuffer;
import java.time.Duration;
import millrace.events.CloudEvents;
import millrace.events.SourcedEvent;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * The ids of one partition that a repeat could still have, by 128 bits of hash: one of ten million new events a day is
 * taken for a repeat in 10^24 days. An id is remembered until its time is further behind its source's clock than the
 * grace.
 */
final class Seen {
    /** How often some ids are looked at for those to forget, by the wall clock: it decides nothing. */
    static final Duration FORGET_EVERY = Duration.ofSeconds(5);

    /** Digest of a record that does not say it. */
    static final long UNKNOWN = 0;

    /** An entry is the event's time, its digest and its source. */
    private static final int SOURCE_AT = 2 * Long.BYTES;

    /** Hexadecimal digits of 64 bits. */
    private static final int DIGITS = 16;

    private static final Hasher128 IDENTITY = Hashing.xxh3_128();

    /** How far a clock must have come before all ids are looked at again. */
    private static final long FORGET_AFTER = Duration.ofHours(1).toMillis();
    /** How many at once: a store of a million is gone through in four minutes, in steps of some 20 ms. */
    private static final int LOOK_AT = 20_000;

    private final KeyValueStore<Bytes, byte[]> ids;
    private final Clocks clocks;
    private final long grace;
    private Bytes next;
    private long forgotAt = Clocks.NEVER;

    Seen(KeyValueStore<Bytes, byte[]> ids, Clocks clocks, Duration grace) {
        this.ids = ids;
        this.clocks = clocks;
        this.grace = grace.toMillis();
    }

    static StoreBuilder<?> store(String name) {
        return Stores.keyValueStoreBuilder(
                Stores.persistentKeyValueStore(name), Serdes.Bytes(), InternalFormat.of(Serdes.ByteArray()));
    }

    /**
     * Remembers the event; false where it was there before.
     *
     * @param digest of what its sender meant, {@link #UNKNOWN} where the record does not say
     * @throws ConflictingEventException where another event was there before under its source and id
     */
    boolean add(SourcedEvent event, long digest) {
        var id = IDENTITY.hashCharsTo128Bits(event.source() + '\0' + event.eventId());
        var source = event.source().getBytes(UTF_8);
        var entry = ByteBuffer.allocate(SOURCE_AT + source.length)
                .putLong(event.timestamp().toEpochMilli())
                .putLong(digest)
                .put(source);
        var before = ids.putIfAbsent(Bytes.wrap(id.toByteArray()), entry.array());
        if (before == null) {
            return true;
        }
        var known = ByteBuffer.wrap(before).getLong(Long.BYTES);
        if (known != digest && known != UNKNOWN && digest != UNKNOWN) {
            throw new ConflictingEventException(event);
        }
        return false;
    }

    /** The first 64 bits of the digest that the edge made; {@link #UNKNOWN} where there is none. */
    static long digest(Headers headers) {
        var text = CloudEvents.text(headers, CloudEvents.DIGEST);
        try {
            return text == null || text.length() < DIGITS ? UNKNOWN : Long.parseUnsignedLong(text, 0, DIGITS, 16);
        } catch (NumberFormatException notHex) {
            return UNKNOWN;
        }
    }

    /** Looks at the next ids, from where it stopped the last time. */
    void forget() {
        if (next == null && clocks.latest() < forgotAt + FORGET_AFTER) {
            return;
        }
        forgotAt = next == null ? clocks.latest() : forgotAt;
        try (var all = ids.range(next, null)) {
            for (var looked = 0; all.hasNext() && looked < LOOK_AT; looked++) {
                var id = all.next();
                var time = ByteBuffer.wrap(id.value).getLong();
                var source = new String(id.value, SOURCE_AT, id.value.length - SOURCE_AT, UTF_8);
                if (time < clocks.time(source) - grace) {
                    ids.delete(id.key);
                }
            }
            next = all.hasNext() ? all.peekNextKey() : null;
        }
    }
}

package millrace.analytics.stream;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.dynatrace.hash4j.hashing.Hasher128;
import com.dynatrace.hash4j.hashing.Hashing;
import java.nio.ByteBuffer;
import java.time.Duration;
import millrace.events.SourcedEvent;
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
        return Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(name), Serdes.Bytes(), Serdes.ByteArray());
    }

    /** Remembers the event; false where it was there before. */
    boolean add(SourcedEvent event) {
        var id = IDENTITY.hashCharsTo128Bits(event.source() + '\0' + event.eventId());
        var source = event.source().getBytes(UTF_8);
        var time = ByteBuffer.allocate(Long.BYTES + source.length)
                .putLong(event.timestamp().toEpochMilli())
                .put(source);
        return ids.putIfAbsent(Bytes.wrap(id.toByteArray()), time.array()) == null;
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
                var source = new String(id.value, Long.BYTES, id.value.length - Long.BYTES, UTF_8);
                if (time < clocks.time(source) - grace) {
                    ids.delete(id.key);
                }
            }
            next = all.hasNext() ? all.peekNextKey() : null;
        }
    }
}

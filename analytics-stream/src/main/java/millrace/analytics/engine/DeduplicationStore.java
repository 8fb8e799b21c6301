package millrace.analytics.engine;

import com.dynatrace.hash4j.hashing.Hasher64;
import com.dynatrace.hash4j.hashing.Hashing;
import java.util.HexFormat;
import java.util.List;
import millrace.events.CloudEvents;
import millrace.events.SourcedEvent;
import org.apache.kafka.common.header.Headers;

/**
 * The ids that a repeat could still have, by 64 bits of hash. A repeat has the record key of its first: the ids of a source
 * under one key are one row. An id is remembered until its time is further behind its source's watermark than the allowed
 * lateness.
 */
final class DeduplicationStore {
    /** Digest of a record that does not say it. */
    static final long UNKNOWN = 0;

    /** Hexadecimal digits of 64 bits. */
    private static final int DIGITS = 16;

    private static final Hasher64 IDENTITY = Hashing.xxh3_64();
    private static final char END = '\0';

    /** Channel, source and record key → ids. */
    private static final TableSpec<RememberedIds> TABLE = TableSpec.of('i', "ids", RememberedIds.SERDE, 10_000);

    /** Those of a key with very many: its row and the hash → one id. */
    private static final TableSpec<RememberedIds> OVERFLOW = TableSpec.of('I', "more-ids", RememberedIds.SERDE, 1_000);

    static final List<TableSpec<RememberedIds>> TABLES = List.of(TABLE, OVERFLOW);

    private final StateTable<RememberedIds> ids;
    private final StateTable<RememberedIds> overflow;
    private final SourceWatermarks watermarks;
    private final String channel;
    private final long allowedLateness;

    DeduplicationStore(TaskState state, String channel, SourceWatermarks watermarks, long allowedLateness) {
        this.channel = channel;
        this.watermarks = watermarks;
        this.allowedLateness = allowedLateness;
        ids = state.table(TABLE);
        overflow = state.table(OVERFLOW);
    }

    /**
     * Remembers the event; false where it was there before.
     *
     * @param recordKey of its record
     * @param digest of what its sender meant, {@link #UNKNOWN} where the record does not say
     * @throws ConflictingEventException where another event was there before under its source and id
     */
    boolean add(SourcedEvent event, String recordKey, long digest, long acceptedAt) {
        var key = channel + END + event.source() + END + recordKey;
        var row = ids.get(key);
        var known = row == null ? RememberedIds.NONE : row;
        var hash = IDENTITY.hashCharsToLong(event.eventId());
        var place = known.find(hash);
        if (place >= 0) {
            return repeated(event, known.digest(place), digest);
        }
        if (known.overflowing()) {
            var old = overflow.get(overflowKey(key, hash));
            if (old != null) {
                return repeated(event, old.digest(0), digest);
            }
        }
        var kept = known.size() < RememberedIds.MOST ? known : shortened(key, known, event.source(), acceptedAt);
        ids.put(key, kept.with(hash, digest, event.timestamp().toEpochMilli()), acceptedAt);
        return true;
    }

    private static boolean repeated(SourcedEvent event, long known, long digest) {
        if (known != digest && known != UNKNOWN && digest != UNKNOWN) {
            throw new ConflictingEventException(event);
        }
        return false;
    }

    /** Forgets what has expired, or else makes rows of the earlier half. */
    private RememberedIds shortened(String key, RememberedIds known, String source, long acceptedAt) {
        var left = known.since(oldest(source));
        if (left.size() < RememberedIds.MOST) {
            return left;
        }
        var half = RememberedIds.MOST / 2;
        for (var place = 0; place < half; place++) {
            var one = RememberedIds.NONE.with(left.hash(place), left.digest(place), left.time(place));
            overflow.put(overflowKey(key, left.hash(place)), one, acceptedAt);
        }
        return left.withoutFirst(half);
    }

    private static String overflowKey(String key, long hash) {
        return key + END + HexFormat.of().toHexDigits(hash);
    }

    /** A repeat of an earlier event would be late. */
    private long oldest(String source) {
        return watermarks.time(source) - allowedLateness;
    }

    /** Forgets ids that have expired. The tables are shared by the channels of a task, and so is a row's first part. */
    void expire(StateTtl ttl) {
        ttl.remaining(ids, channel + END, this::remains);
        ttl.remaining(overflow, channel + END, this::remains);
    }

    private RememberedIds remains(String key, RememberedIds known) {
        var source = channel.length() + 1;
        var left = known.since(oldest(key.substring(source, key.indexOf(END, source))));
        return left.size() == 0 ? null : left; // Those that have rows of their own are older.
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
}

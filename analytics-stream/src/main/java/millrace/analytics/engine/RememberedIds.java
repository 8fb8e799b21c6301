package millrace.analytics.engine;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/**
 * Ids of events of one source under one record key, in the order in which they were read.
 *
 * @param entries hash, digest and event time of each
 * @param overflowing whether earlier ones are rows of their own
 */
record RememberedIds(long[] entries, boolean overflowing) {
    static final RememberedIds NONE = new RememberedIds(new long[0], false);

    /** More than a person sends in a day. */
    static final int MOST = 64;

    private static final int WIDTH = 3;

    static final Serde<RememberedIds> SERDE =
            Serdes.serdeFrom((topic, ids) -> ids.bytes(), (topic, bytes) -> of(bytes));

    int size() {
        return entries.length / WIDTH;
    }

    /** Returns the place of an id, or -1. */
    int find(long hash) {
        for (var place = entries.length - WIDTH; place >= 0; place -= WIDTH) {
            if (entries[place] == hash) {
                return place / WIDTH;
            }
        }
        return -1;
    }

    long hash(int place) {
        return entries[place * WIDTH];
    }

    long digest(int place) {
        return entries[place * WIDTH + 1];
    }

    long time(int place) {
        return entries[place * WIDTH + 2];
    }

    RememberedIds with(long hash, long digest, long time) {
        var more = Arrays.copyOf(entries, entries.length + WIDTH);
        more[entries.length] = hash;
        more[entries.length + 1] = digest;
        more[entries.length + 2] = time;
        return new RememberedIds(more, overflowing);
    }

    /** Without those of an earlier time; the same where there are none. */
    RememberedIds since(long time) {
        var kept = new long[entries.length];
        var length = 0;
        for (var place = 0; place < entries.length; place += WIDTH) {
            if (entries[place + 2] >= time) {
                System.arraycopy(entries, place, kept, length, WIDTH);
                length += WIDTH;
            }
        }
        return length == entries.length ? this : new RememberedIds(Arrays.copyOf(kept, length), overflowing);
    }

    /** Without the first ones, which are rows of their own now. */
    RememberedIds withoutFirst(int number) {
        return new RememberedIds(Arrays.copyOfRange(entries, number * WIDTH, entries.length), true);
    }

    private byte[] bytes() {
        var bytes = ByteBuffer.allocate(1 + entries.length * Long.BYTES).put((byte) (overflowing ? 1 : 0));
        bytes.asLongBuffer().put(entries);
        return bytes.array();
    }

    private static RememberedIds of(byte[] all) {
        var bytes = ByteBuffer.wrap(all);
        var overflowing = bytes.get() == 1;
        var entries = new long[bytes.remaining() / Long.BYTES];
        bytes.asLongBuffer().get(entries);
        return new RememberedIds(entries, overflowing);
    }
}

package millrace.analytics.engine;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/**
 * What one partition has counted of a row for one source.
 *
 * @param version number of the commit that has these counts
 * @param settled whether no event that is on time can change them: they are passed on once more, and dropped
 * @param sketch state of {@link DistinctSketch}
 */
record PartialCounts(long version, boolean settled, long[] counts, byte[] sketch) {
    static final Serde<PartialCounts> SERDE =
            Serdes.serdeFrom((topic, counts) -> counts.bytes(), (topic, bytes) -> of(bytes));

    static PartialCounts empty(int width) {
        return new PartialCounts(0, false, new long[width], DistinctSketch.NONE);
    }

    /** @throws ArithmeticException where a sum does not fit: the event is dead-lettered */
    PartialCounts plus(Count count, long commit) {
        var sums = counts.clone();
        for (var i = 0; i < sums.length; i++) {
            sums[i] = Math.addExact(sums[i], count.adds()[i]);
        }
        var more = count.someone() == 0 ? sketch : DistinctSketch.add(sketch, count.someone());
        return new PartialCounts(commit, false, sums, more);
    }

    PartialCounts settled(long commit) {
        return new PartialCounts(commit, true, counts, sketch);
    }

    /** @param distinct whether the number of different ones follows the counts */
    Aggregate.Share share(boolean distinct) {
        if (!distinct) {
            return new Aggregate.Share(version, settled, counts);
        }
        var all = Arrays.copyOf(counts, counts.length + 1);
        all[counts.length] = DistinctSketch.estimate(sketch);
        return new Aggregate.Share(version, settled, all);
    }

    private byte[] bytes() {
        var bytes = ByteBuffer.allocate(Long.BYTES + 2 + counts.length * Long.BYTES + sketch.length)
                .putLong(version)
                .put((byte) (settled ? 1 : 0))
                .put((byte) counts.length);
        for (var count : counts) {
            bytes.putLong(count);
        }
        return bytes.put(sketch).array();
    }

    private static PartialCounts of(byte[] all) {
        var bytes = ByteBuffer.wrap(all);
        var version = bytes.getLong();
        var settled = bytes.get() == 1;
        var counts = new long[bytes.get()];
        for (var i = 0; i < counts.length; i++) {
            counts[i] = bytes.getLong();
        }
        var sketch = new byte[bytes.remaining()];
        bytes.get(sketch);
        return new PartialCounts(version, settled, counts, sketch);
    }
}

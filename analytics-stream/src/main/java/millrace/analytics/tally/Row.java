package millrace.analytics.tally;

import java.nio.ByteBuffer;
import millrace.analytics.stream.InternalFormat;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/**
 * What one partition knows of a row.
 *
 * @param told whether who adds up the partitions has been told of these counts
 * @param someones state of {@link Distinct}
 */
record Row(boolean told, long[] counts, byte[] someones) {
    static final Serde<Row> SERDE =
            InternalFormat.of(Serdes.serdeFrom((topic, row) -> bytes(row), (topic, bytes) -> of(bytes)));

    static Row empty(int width) {
        return new Row(false, new long[width], Distinct.NONE);
    }

    /** @throws ArithmeticException where a sum does not fit: the event is dead-lettered */
    Row plus(Count count) {
        var sums = counts.clone();
        for (var i = 0; i < sums.length; i++) {
            sums[i] = Math.addExact(sums[i], count.adds()[i]);
        }
        return new Row(false, sums, count.someone() == 0 ? someones : Distinct.add(someones, count.someone()));
    }

    Row asTold() {
        return new Row(true, counts, someones);
    }

    private static byte[] bytes(Row row) {
        var bytes = ByteBuffer.allocate(2 + row.counts.length * Long.BYTES + row.someones.length)
                .put((byte) (row.told ? 1 : 0))
                .put((byte) row.counts.length);
        for (var count : row.counts) {
            bytes.putLong(count);
        }
        return bytes.put(row.someones).array();
    }

    private static Row of(byte[] all) {
        var bytes = ByteBuffer.wrap(all);
        var told = bytes.get() == 1;
        var counts = new long[bytes.get()];
        for (var i = 0; i < counts.length; i++) {
            counts[i] = bytes.getLong();
        }
        var someones = new byte[bytes.remaining()];
        bytes.get(someones);
        return new Row(told, counts, someones);
    }
}

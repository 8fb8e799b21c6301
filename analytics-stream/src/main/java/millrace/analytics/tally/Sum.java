package millrace.analytics.tally;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.serialization.Serde;

/**
 * A row: the shares of every partition and source that has counted in it.
 *
 * @param shares by where they are from
 */
public record Sum(Map<String, Share> shares) {
    public static final Serde<Sum> SERDE = Binary.serde(Sum::write, Sum::read);

    static final Sum NOTHING = new Sum(Map.of());

    /** @param settled no event that is on time can change it any more */
    record Share(boolean settled, long[] counts) {
        void write(DataOutputStream out) throws IOException {
            out.writeBoolean(settled);
            out.writeByte(counts.length);
            for (var count : counts) {
                out.writeLong(count);
            }
        }

        static Share read(DataInputStream in) throws IOException {
            var settled = in.readBoolean();
            var counts = new long[in.readByte()];
            for (var i = 0; i < counts.length; i++) {
                counts[i] = in.readLong();
            }
            return new Share(settled, counts);
        }
    }

    /**
     * One of the row's counts, over all shares.
     *
     * @throws ArithmeticException where it does not fit
     */
    public long count(int which) {
        var sum = 0L;
        for (var share : shares.values()) {
            sum = Math.addExact(sum, share.counts[which]);
        }
        return sum;
    }

    /** Whether all of its shares are. */
    public boolean settled() {
        return shares.values().stream().allMatch(Share::settled);
    }

    Sum with(Part part) {
        var replaced = new TreeMap<>(shares);
        replaced.put(part.from(), part.share());
        return new Sum(replaced);
    }

    private void write(DataOutputStream out) throws IOException {
        out.writeShort(shares.size());
        for (var share : shares.entrySet()) {
            out.writeUTF(share.getKey());
            share.getValue().write(out);
        }
    }

    private static Sum read(DataInputStream in) throws IOException {
        var shares = new TreeMap<String, Share>();
        for (var left = in.readUnsignedShort(); left > 0; left--) {
            shares.put(in.readUTF(), Share.read(in));
        }
        return new Sum(shares);
    }
}

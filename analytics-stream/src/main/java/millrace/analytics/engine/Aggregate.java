package millrace.analytics.engine;

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
public record Aggregate(Map<String, Share> shares) {
    public static final Serde<Aggregate> SERDE = Binary.plain(Aggregate::write, Aggregate::read);

    static final Aggregate NOTHING = new Aggregate(Map.of());

    /**
     * What one partition has counted for one source.
     *
     * @param version number of the partition's commit: a share replaces earlier ones only
     * @param settled no event that is on time can change it any more
     */
    record Share(long version, boolean settled, long[] counts) {
        void write(DataOutputStream out) throws IOException {
            out.writeLong(version);
            out.writeBoolean(settled);
            out.writeByte(counts.length);
            for (var count : counts) {
                out.writeLong(count);
            }
        }

        static Share read(DataInputStream in) throws IOException {
            var version = in.readLong();
            var settled = in.readBoolean();
            var counts = new long[in.readByte()];
            for (var i = 0; i < counts.length; i++) {
                counts[i] = in.readLong();
            }
            return new Share(version, settled, counts);
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

    /** With a share of a partition and source; the same where it has a later one. */
    Aggregate with(Partial partial) {
        var known = shares.get(partial.from());
        if (known != null && known.version >= partial.share().version) {
            return this;
        }
        var replaced = new TreeMap<>(shares);
        replaced.put(partial.from(), partial.share());
        return new Aggregate(replaced);
    }

    private void write(DataOutputStream out) throws IOException {
        out.writeShort(shares.size());
        for (var share : shares.entrySet()) {
            out.writeUTF(share.getKey());
            share.getValue().write(out);
        }
    }

    private static Aggregate read(DataInputStream in) throws IOException {
        var shares = new TreeMap<String, Share>();
        for (var left = in.readUnsignedShort(); left > 0; left--) {
            shares.put(in.readUTF(), Share.read(in));
        }
        return new Aggregate(shares);
    }
}

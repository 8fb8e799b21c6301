package millrace.analytics.rebuild;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import millrace.events.Sha256;

/** First half of a SHA-256: the probability that two of a thousand million texts share one is 10^-21. */
record TruncatedHash(long high, long low) implements Comparable<TruncatedHash> {
    static TruncatedHash of(byte[] bytes) {
        var digest = ByteBuffer.wrap(Sha256.hash(bytes));
        return new TruncatedHash(digest.getLong(), digest.getLong());
    }

    /** Returns the bucket of this hash: all hashes in their order, cut into that many equal parts. */
    int bucket(int buckets) {
        return (int) ((high >>> 32) * buckets >>> 32);
    }

    @Override
    public int compareTo(TruncatedHash other) {
        var first = Long.compareUnsigned(high, other.high);
        return first != 0 ? first : Long.compareUnsigned(low, other.low);
    }

    @Override
    public String toString() {
        return HexFormat.of().toHexDigits(high) + HexFormat.of().toHexDigits(low);
    }
}

package millrace.analytics.rebuild;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** First half of a SHA-256: the probability that two of a thousand million texts share one is 10^-21. */
record TruncatedHash(long high, long low) implements Comparable<TruncatedHash> {
    private static final MessageDigest SHA_256 = sha256();

    static synchronized TruncatedHash of(byte[] bytes) {
        var digest = ByteBuffer.wrap(SHA_256.digest(bytes));
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

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }
}

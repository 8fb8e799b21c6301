package millrace.replay;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The first half of a SHA-256: two of a thousand million different texts have the same with a probability of 10^-21. */
record Hash(long high, long low) implements Comparable<Hash> {
    private static final MessageDigest SHA_256 = sha256();

    static synchronized Hash of(byte[] bytes) {
        var digest = ByteBuffer.wrap(SHA_256.digest(bytes));
        return new Hash(digest.getLong(), digest.getLong());
    }

    /** Which of so many equal parts of all hashes it is in, in their order. */
    int part(int parts) {
        return (int) ((high >>> 32) * parts >>> 32);
    }

    @Override
    public int compareTo(Hash other) {
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

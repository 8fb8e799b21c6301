package millrace.analytics.rebuild;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * SHA-256 digests over the rows of two generations in order, and over the rows that both have. Each row is preceded by
 * its length.
 */
final class GenerationDigests {
    private final MessageDigest live = sha256();
    private final MessageDigest shadow = sha256();
    private final MessageDigest common = sha256();

    /** Begins a table or channel, so that a row of one does not count for another. */
    void begin(String name) {
        both(name);
    }

    void both(String row) {
        add(common, row);
        add(live, row);
        add(shadow, row);
    }

    void live(String row) {
        add(live, row);
    }

    void shadow(String row) {
        add(shadow, row);
    }

    /** Returns the digest in hexadecimal, and resets it. */
    String live() {
        return HexFormat.of().formatHex(live.digest());
    }

    String shadow() {
        return HexFormat.of().formatHex(shadow.digest());
    }

    String common() {
        return HexFormat.of().formatHex(common.digest());
    }

    private static void add(MessageDigest digest, String row) {
        var bytes = row.getBytes(UTF_8);
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
        digest.update(bytes);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }
}

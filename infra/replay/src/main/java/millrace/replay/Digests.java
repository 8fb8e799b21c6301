package millrace.replay;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 over the rows of two generations in their order, and over those that both have; each row after its length. */
final class Digests {
    private final MessageDigest live = sha256();
    private final MessageDigest shadow = sha256();
    private final MessageDigest common = sha256();

    /** Of a part, so that a row does not count for another table. */
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

    /** In hex; ends it. */
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

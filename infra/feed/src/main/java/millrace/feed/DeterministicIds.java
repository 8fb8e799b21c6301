package millrace.feed;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/** Ids that follow from what they stand for, so that the same row has the same id wherever and whenever it is read. */
final class DeterministicIds {
    private static final int BYTES = 16;

    private DeterministicIds() {}

    /** 32 hexadecimal digits; a different one for every different list of parts. */
    static String of(Object... parts) {
        var digest = sha256();
        for (var part : parts) {
            var bytes = String.valueOf(part).getBytes(UTF_8);
            digest.update((bytes.length + ":").getBytes(UTF_8));
            digest.update(bytes);
        }
        return HexFormat.of().formatHex(Arrays.copyOf(digest.digest(), BYTES));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }
}

package millrace.feed;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.HexFormat;
import millrace.events.Sha256;

/** Derives ids from content, so that a row has the same id in every file and at every run. */
final class DeterministicIds {
    private static final int BYTES = 16;

    private DeterministicIds() {}

    /**
     * Returns 32 hexadecimal digits of a SHA-256 over the parts and their lengths; different lists of parts have
     * different ids.
     */
    static String of(Object... parts) {
        var digest = Sha256.newDigest();
        for (var part : parts) {
            var bytes = String.valueOf(part).getBytes(UTF_8);
            digest.update((bytes.length + ":").getBytes(UTF_8));
            digest.update(bytes);
        }
        return HexFormat.of().formatHex(Arrays.copyOf(digest.digest(), BYTES));
    }
}

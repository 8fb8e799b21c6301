package millrace.audit.restore;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;

/** Derives the id of a replay from its parameters, so that the same command continues the same replay. */
public final class ReplayId {
    private static final int LENGTH = 16;

    private ReplayId() {}

    public static String of(String channel, Optional<Instant> from, Optional<Instant> to, String into) {
        var text = String.join("\n", channel, from.toString(), to.toString(), into);
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
            return HexFormat.of().formatHex(digest).substring(0, LENGTH);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }
}

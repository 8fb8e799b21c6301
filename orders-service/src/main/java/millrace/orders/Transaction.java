package millrace.orders;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import millrace.events.TransactionEvent;

/**
 * A transaction, and what tells it from every other. A repeat has the source, the id and the digest of one that was applied;
 * with another digest it is another transaction under an id that is taken.
 *
 * @param digest of what its sender meant: 128 bits in hexadecimal digits
 */
record Transaction(TransactionEvent event, String digest) {
    private static final int DIGEST_BYTES = 16;

    /** How the edge writes a digest. */
    static final Predicate<String> IS_DIGEST =
            Pattern.compile("[0-9a-f]{" + 2 * DIGEST_BYTES + "}").asMatchPredicate();

    /** Two sources may both have an event 1. */
    record Identity(String source, String id) {}

    Identity identity() {
        return new Identity(event.source(), event.eventId());
    }

    /** Digest of a record that came without one: the first 128 bits of the SHA-256 of its bytes. */
    static String digest(byte[] value) {
        return HexFormat.of().formatHex(sha256(value), 0, DIGEST_BYTES);
    }

    private static byte[] sha256(byte[] value) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(value);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }
}

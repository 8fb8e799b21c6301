package millrace.orders.domain;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import millrace.events.TransactionEvent;

/**
 * A transaction event with its digest. A repeat has the source, the id and the digest of a transaction that was
 * applied; another digest makes it another transaction with a reused id, which is refused.
 *
 * @param digest of the content that its sender meant: 128 bits in hexadecimal digits
 */
public record Transaction(TransactionEvent event, String digest) {
    private static final int DIGEST_BYTES = 16;

    /** Form of a digest from the edge. */
    public static final Predicate<String> IS_DIGEST =
            Pattern.compile("[0-9a-f]{" + 2 * DIGEST_BYTES + "}").asMatchPredicate();

    /** Identity within all sources: two sources may both have an event 1. */
    public record Identity(String source, String id) {}

    public Identity identity() {
        return new Identity(event.source(), event.eventId());
    }

    /** Digest of a record that has none in its headers: the first 128 bits of the SHA-256 of its value. */
    public static String digest(byte[] value) {
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

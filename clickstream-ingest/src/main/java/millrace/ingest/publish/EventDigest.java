package millrace.ingest.publish;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.DigestException;
import java.security.MessageDigest;
import java.util.HexFormat;
import millrace.events.Json;
import millrace.events.Sha256;
import millrace.events.TransactionEvent;

/** Digest of the content that a sender meant with an event: the first 128 bits of a SHA-256. */
public record EventDigest(long high, long low) {
    private static final ThreadLocal<Hasher> HASHERS = ThreadLocal.withInitial(Hasher::new);

    /** Accumulates the content of a digest. Each thread has one instance. */
    public static final class Hasher {
        private static final int SHA_256 = 32;
        private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

        private final MessageDigest sha256 = Sha256.newDigest();
        private final byte[] hash = new byte[SHA_256];

        private Hasher() {}

        /** Adds a text and a terminator; {@code null} and an empty text give different digests. */
        public Hasher add(String text) {
            if (text != null) {
                sha256.update(text.getBytes(UTF_8));
            }
            sha256.update((byte) (text == null ? 1 : 0));
            return this;
        }

        public Hasher add(byte[] bytes, int from, int to) {
            sha256.update(bytes, from, to - from);
            return this;
        }

        public Hasher add(char separator) {
            sha256.update((byte) separator);
            return this;
        }

        public EventDigest digest() {
            try {
                sha256.digest(hash, 0, SHA_256);
            } catch (DigestException e) {
                throw new IllegalStateException("A SHA-256 has " + SHA_256 + " bytes", e);
            }
            return new EventDigest((long) LONG.get(hash, 0), (long) LONG.get(hash, Long.BYTES));
        }
    }

    /** Returns the hasher of this thread, with no content. */
    public static Hasher hasher() {
        var hasher = HASHERS.get();
        hasher.sha256.reset();
        return hasher;
    }

    public static EventDigest of(byte[] bytes) {
        return hasher().add(bytes, 0, bytes.length).digest();
    }

    /**
     * Returns the digest of a transaction's field values, so that 10 and 10.00 are one amount.
     *
     * @param timestamp as the sender wrote it; {@code null} where there was none
     */
    public static EventDigest of(TransactionEvent event, String timestamp) {
        ObjectNode fields = Json.MAPPER.valueToTree(event);
        fields.remove("eventId");
        fields.remove("receivedAt");
        fields.put("timestamp", timestamp);
        return of(fields.toString().getBytes(UTF_8));
    }

    /** Returns 32 hexadecimal digits. */
    String hex() {
        return HexFormat.of().toHexDigits(high) + HexFormat.of().toHexDigits(low);
    }
}

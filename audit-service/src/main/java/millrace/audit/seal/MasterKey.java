package millrace.audit.seal;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.crypto.AEADBadTagException;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/**
 * Wraps the data keys of all subjects. While it is being replaced there are two: the current one wraps, both unwrap.
 */
public final class MasterKey {
    /** What the config vars {@code AUDIT_MASTER_KEY} and {@code AUDIT_MASTER_KEY_PREVIOUS} have to be. */
    public static final String EXPECTED = "32 random bytes in base64, as openssl rand -base64 32 prints them";

    private static final SecureRandom RANDOM = new SecureRandom();

    private final Key current;
    private final Optional<Key> previous;

    /** @param id first bytes of the key's SHA-256, to tell keys apart */
    private record Key(String id, SecretKey secret) {}

    private MasterKey(Key current, Optional<Key> previous) {
        this.current = current;
        this.previous = previous.filter(key -> !key.id().equals(current.id()));
    }

    /**
     * Reads it from its config vars.
     *
     * @throws IllegalArgumentException where one is not what is {@link #EXPECTED}; says which and not what it is
     */
    public static MasterKey of(String current, Optional<String> previous) {
        return new MasterKey(
                key("AUDIT_MASTER_KEY", current), previous.map(text -> key("AUDIT_MASTER_KEY_PREVIOUS", text)));
    }

    /** The current one's. */
    public String id() {
        return current.id();
    }

    /** Of all that can be unwrapped with, the current one's first. */
    List<String> ids() {
        return keys().map(Key::id).toList();
    }

    byte[] wrap(byte[] key, String subject) {
        return AesGcm.encrypt(current.secret(), random(AesGcm.NONCE), subject.getBytes(UTF_8), key, 0, key.length);
    }

    /** @throws CannotUnwrap where the key that wrapped it is not here, or it is not this subject's */
    byte[] unwrap(byte[] wrapped, String id, String subject) {
        var key =
                keys().filter(one -> one.id().equals(id)).findFirst().orElseThrow(() -> CannotUnwrap.withoutMaster(id));
        try {
            return AesGcm.decrypt(key.secret(), subject.getBytes(UTF_8), wrapped);
        } catch (AEADBadTagException e) {
            throw CannotUnwrap.changed();
        }
    }

    /** Of a subject whose name is erased, by each key: tells whoever has a key and the name that it was this one. */
    List<byte[]> fingerprints(String subject) {
        return keys().map(key -> hmac(key.secret(), subject)).toList();
    }

    static byte[] random(int length) {
        var bytes = new byte[length];
        RANDOM.nextBytes(bytes);
        return bytes;
    }

    private Stream<Key> keys() {
        return Stream.concat(Stream.of(current), previous.stream());
    }

    private static Key key(String name, String base64) {
        try {
            var bytes = Base64.getDecoder().decode(base64.strip());
            if (bytes.length != AesGcm.KEY) {
                throw new IllegalArgumentException(name + " has " + bytes.length + " bytes; expected " + EXPECTED);
            }
            var hash = Arrays.copyOf(AesGcm.sha256().digest(bytes), Long.BYTES);
            return new Key(HexFormat.of().formatHex(hash), new SecretKeySpec(bytes, "AES"));
        } catch (IllegalArgumentException e) {
            throw e.getMessage().startsWith(name)
                    ? e
                    : new IllegalArgumentException(name + " is no base64; expected " + EXPECTED, e);
        }
    }

    private static byte[] hmac(SecretKey key, String text) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            return mac.doFinal(text.getBytes(UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java has HMAC with SHA-256", e);
        }
    }
}

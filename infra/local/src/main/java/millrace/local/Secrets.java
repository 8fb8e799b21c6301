package millrace.local;

import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import millrace.events.Sha256;

/** Creates passwords, write keys, API keys, encryption keys and signing keys. */
public final class Secrets {
    private static final SecureRandom RANDOM = new SecureRandom();

    private Secrets() {}

    /** A random secret of 192 bits: 32 letters, digits, {@code -} and {@code _}. */
    public static String random() {
        var bytes = new byte[24];
        RANDOM.nextBytes(bytes);
        return Base64.getUrlEncoder().encodeToString(bytes);
    }

    /** An encryption key: 256 random bits in base64. */
    public static String masterKey() {
        var bytes = new byte[32];
        RANDOM.nextBytes(bytes);
        return Base64.getEncoder().encodeToString(bytes);
    }

    /** A private key of Ed25519: PKCS#8 in base64. */
    public static String signingKey() {
        try {
            var pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
            return Base64.getEncoder().encodeToString(pair.getPrivate().getEncoded());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK since 15 has Ed25519", e);
        }
    }

    /** SHA-256 of a key in hexadecimal, which is all that a service stores of it. */
    public static String sha256(String secret) {
        return Sha256.hex(secret);
    }
}

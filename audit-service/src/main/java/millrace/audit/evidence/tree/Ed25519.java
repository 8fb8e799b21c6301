package millrace.audit.evidence.tree;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;

/** The public half of the signing key: what checks that a checkpoint is the service's. */
public record Ed25519(PublicKey key) {
    static final String ALGORITHM = "Ed25519";
    private static final int LENGTH = 32;

    /**
     * As {@code bin/audit key} prints it.
     *
     * @throws IllegalArgumentException where it is none
     */
    public static Ed25519 parse(String base64) {
        try {
            var encoded = Base64.getDecoder().decode(base64.strip());
            return new Ed25519(KeyFactory.getInstance(ALGORITHM).generatePublic(new X509EncodedKeySpec(encoded)));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IllegalArgumentException("is no public key of Ed25519 (X.509, base64)", e);
        }
    }

    /** Reads one or several keys, separated by commas. */
    public static List<Ed25519> parseAll(String base64) {
        return Stream.of(base64.split(",")).map(Ed25519::parse).toList();
    }

    public String text() {
        return Base64.getEncoder().encodeToString(key.getEncoded());
    }

    /** The 32 bytes of RFC 8032, which end its encoding. */
    byte[] raw() {
        var encoded = key.getEncoded();
        return Arrays.copyOfRange(encoded, encoded.length - LENGTH, encoded.length);
    }

    public boolean verifies(byte[] bytes, byte[] signature) {
        try {
            var check = Signature.getInstance(ALGORITHM);
            check.initVerify(key);
            check.update(bytes);
            return check.verify(signature);
        } catch (GeneralSecurityException notASignature) {
            return false;
        }
    }
}

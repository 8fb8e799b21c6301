package millrace.audit.chain;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;

/** The public half of the signing key: what checks that a checkpoint is the service's. */
public record Ed25519(PublicKey key) {
    static final String ALGORITHM = "Ed25519";
    /** Of the hash of a public key in hex: enough to tell keys apart. */
    private static final int ID_LENGTH = 16;

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

    public String text() {
        return Base64.getEncoder().encodeToString(key.getEncoded());
    }

    /** Names the key in a checkpoint. */
    public String id() {
        return HexFormat.of()
                .formatHex(Hashes.sha256().digest(key.getEncoded()))
                .substring(0, ID_LENGTH);
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

package millrace.audit.evidence.tree;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.EdECPrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;

/** The key that signs checkpoints. Whoever has it can forge the archive; it is nowhere but in the config var. */
public final class SigningKey {
    /** The config var that has it. */
    public static final String VAR = "AUDIT_SIGNING_KEY";

    /** The config var of the key that it replaces, while checkpoints are signed with both. */
    public static final String PREVIOUS_VAR = "AUDIT_SIGNING_KEY_PREVIOUS";

    private static final String EXPECTED =
            "expected PKCS#8 in base64, as openssl genpkey -algorithm ed25519 -outform DER | base64 -w0 makes it";

    private final PrivateKey privateKey;
    private final Ed25519 publicKey;

    private SigningKey(PrivateKey privateKey, PublicKey publicKey) {
        this.privateKey = privateKey;
        this.publicKey = new Ed25519(publicKey);
    }

    /**
     * PKCS#8 in base64, as {@code openssl genpkey -algorithm ed25519 -outform DER | base64} makes it.
     *
     * @throws IllegalArgumentException where it is none; the message has no part of the value
     */
    public static SigningKey parse(String base64) {
        if (base64.isBlank()) {
            throw new IllegalArgumentException(VAR + " is missing; " + EXPECTED);
        }
        try {
            var encoded = new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(base64));
            var key = (EdECPrivateKey) KeyFactory.getInstance(Ed25519.ALGORITHM).generatePrivate(encoded);
            return new SigningKey(key, publicOf(key));
        } catch (GeneralSecurityException | IllegalArgumentException notAKey) {
            throw new IllegalArgumentException(VAR + " is no private key of Ed25519; " + EXPECTED);
        }
    }

    public Ed25519 publicKey() {
        return publicKey;
    }

    public byte[] sign(byte[] bytes) {
        try {
            var signature = Signature.getInstance(Ed25519.ALGORITHM);
            signature.initSign(privateKey);
            signature.update(bytes);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("The signing key does not sign", e);
        }
    }

    /** The JDK derives a public key only where it makes a pair: from random bytes, which here are the private key. */
    private static PublicKey publicOf(EdECPrivateKey key) throws GeneralSecurityException {
        var pairs = KeyPairGenerator.getInstance(Ed25519.ALGORITHM);
        pairs.initialize(key.getParams(), new Fixed(key.getBytes().orElseThrow()));
        return pairs.generateKeyPair().getPublic();
    }

    /** Random bytes that are not random. */
    private static final class Fixed extends SecureRandom {
        private static final long serialVersionUID = 1;

        private final byte[] bytes;

        Fixed(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public void nextBytes(byte[] out) {
            System.arraycopy(bytes, 0, out, 0, out.length);
        }
    }
}

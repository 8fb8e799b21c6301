package millrace.audit.seal;

import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.MessageDigest;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import millrace.events.Sha256;

/** AES-256 in GCM with nonces of 96 bits and tags of 128, as NIST SP 800-38D recommends them. */
final class AesGcm {
    static final int KEY = 32;
    static final int NONCE = 12;
    static final int TAG = 16;

    private static final ThreadLocal<Cipher> CIPHER = ThreadLocal.withInitial(AesGcm::cipher);
    private static final ThreadLocal<MessageDigest> SHA_256 = ThreadLocal.withInitial(Sha256::newDigest);

    private AesGcm() {}

    /** The nonce and behind it the ciphertext with its tag. */
    static byte[] encrypt(SecretKey key, byte[] nonce, byte[] aad, byte[] text, int from, int to) {
        try {
            var encrypted = new byte[NONCE + to - from + TAG];
            System.arraycopy(nonce, 0, encrypted, 0, NONCE);
            var cipher = encrypting(key, new GCMParameterSpec(8 * TAG, nonce));
            cipher.updateAAD(aad);
            cipher.doFinal(text, from, to - from, encrypted, NONCE);
            return encrypted;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java encrypts with AES-256 in GCM", e);
        }
    }

    /** @throws AEADBadTagException where key, nonce, place or text are others than at the encryption */
    static byte[] decrypt(SecretKey key, byte[] aad, byte[] encrypted) throws AEADBadTagException {
        if (encrypted.length < NONCE + TAG) {
            throw new AEADBadTagException("Too short");
        }
        try {
            var cipher = CIPHER.get();
            cipher.init(Cipher.DECRYPT_MODE, key, new GCMParameterSpec(8 * TAG, encrypted, 0, NONCE));
            cipher.updateAAD(aad);
            return cipher.doFinal(encrypted, NONCE, encrypted.length - NONCE);
        } catch (AEADBadTagException e) {
            throw e;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java decrypts with AES-256 in GCM", e);
        }
    }

    /** This thread's own, empty. */
    static MessageDigest sha256() {
        var digest = SHA_256.get();
        digest.reset();
        return digest;
    }

    /** A cipher refuses to use a nonce twice in a row, which is right here where a transaction is tried again. */
    private static Cipher encrypting(SecretKey key, GCMParameterSpec nonce) throws GeneralSecurityException {
        try {
            CIPHER.get().init(Cipher.ENCRYPT_MODE, key, nonce);
        } catch (InvalidAlgorithmParameterException sameAsTheLast) {
            CIPHER.set(cipher());
            CIPHER.get().init(Cipher.ENCRYPT_MODE, key, nonce);
        }
        return CIPHER.get();
    }

    private static Cipher cipher() {
        try {
            return Cipher.getInstance("AES/GCM/NoPadding");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java has AES in GCM", e);
        }
    }
}

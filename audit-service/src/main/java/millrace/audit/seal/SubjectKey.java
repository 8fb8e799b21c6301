package millrace.audit.seal;

import java.util.Arrays;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/** The data key of one subject, which is a person as far as the archive tells them apart. */
public final class SubjectKey {
    private final long id;
    private final byte[] bytes;
    private final SecretKey key;

    SubjectKey(long id, byte[] bytes) {
        this.id = id;
        this.bytes = bytes;
        this.key = new SecretKeySpec(bytes, "AES");
    }

    /** A key that is kept nowhere: what is encrypted with it is erased from the start. */
    static SubjectKey thrownAway(long subject) {
        return new SubjectKey(subject, MasterKey.random(AesGcm.KEY));
    }

    /** Of the subject, in {@code audit_keys.subjects} and in {@code records.subject}. */
    public long id() {
        return id;
    }

    byte[] seal(byte[] coordinates, byte[] value, int from, int to) {
        return AesGcm.encrypt(key, nonce(coordinates, value, from, to), coordinates, value, from, to);
    }

    SecretKey key() {
        return key;
    }

    /**
     * The same record gives the same bytes again. Were the nonce made of the place alone, a second archive in which
     * something else lies there would use it twice, which is the end of GCM; so what is sealed goes into it too.
     */
    private byte[] nonce(byte[] coordinates, byte[] value, int from, int to) {
        var digest = AesGcm.sha256();
        digest.update(bytes);
        digest.update(coordinates);
        digest.update(value, from, to - from);
        return Arrays.copyOf(digest.digest(), AesGcm.NONCE);
    }
}

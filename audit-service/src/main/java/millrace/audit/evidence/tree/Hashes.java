package millrace.audit.evidence.tree;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import millrace.audit.table.Bytes;
import millrace.audit.table.ChainEntry;
import millrace.audit.table.ChainName;
import millrace.events.Sha256;

/**
 * The hashes of the archive, all SHA-256: leaves and nodes as in RFC 9162, each with a first byte of its own so that none
 * can stand for another.
 */
public final class Hashes {
    private static final byte LEAF = 0;
    private static final byte NODE = 1;
    private static final ThreadLocal<MessageDigest> DIGEST = ThreadLocal.withInitial(Sha256::newDigest);

    private Hashes() {}

    /** The leaf of an entry in its segment. */
    public static byte[] leaf(ChainEntry entry) {
        return leaf(Canonical.of(entry));
    }

    /** The leaf of a segment in the log. */
    public static byte[] leaf(Segment segment) {
        return leaf(Canonical.of(segment));
    }

    public static byte[] leaf(Bytes canonical) {
        var digest = DIGEST.get();
        digest.update(LEAF);
        digest.update(canonical.array(), 0, canonical.size());
        return digest.digest();
    }

    /** Stands before the first segment of a chain: the hash of its name. */
    static byte[] first(ChainName chain) {
        return Sha256.hash(chain.toString().getBytes(UTF_8));
    }

    static byte[] node(byte[] left, byte[] right) {
        var digest = DIGEST.get();
        digest.update(NODE);
        digest.update(left);
        digest.update(right);
        return digest.digest();
    }
}

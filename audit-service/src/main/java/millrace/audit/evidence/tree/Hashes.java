package millrace.audit.evidence.tree;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import millrace.audit.table.Bytes;
import millrace.audit.table.ChainEntry;

/**
 * The hashes of the archive, all SHA-256: leaves and nodes as in RFC 9162, each with a first byte of its own so that none
 * can stand for another. For one thread: memory and digest are used again.
 */
public final class Hashes {
    private static final byte LEAF = 0;
    private static final byte NODE = 1;

    private final MessageDigest digest = sha256();
    private final Bytes memory = new Bytes(1 << 14);

    /** The bytes that the entry's leaf is the hash of. */
    public byte[] canonical(ChainEntry entry) {
        memory.clear();
        Canonical.write(memory, entry);
        return memory.copy();
    }

    /** The bytes that the segment's leaf is the hash of. */
    public byte[] canonical(Segment segment) {
        memory.clear();
        Canonical.write(memory, segment);
        return memory.copy();
    }

    /** The leaf of an entry in its segment. */
    public byte[] leaf(ChainEntry entry) {
        memory.clear();
        Canonical.write(memory, entry);
        return leaf();
    }

    /** The leaf of a segment in the log. */
    public byte[] leaf(Segment segment) {
        memory.clear();
        Canonical.write(memory, segment);
        return leaf();
    }

    /** Bytes of the entry or segment that was hashed last. */
    public int size() {
        return memory.size();
    }

    /** Stands before the first segment of a chain: the hash of its name. */
    public byte[] first(String channel, int partition) {
        return digest.digest((channel + "/" + partition).getBytes(UTF_8));
    }

    public byte[] node(byte[] left, byte[] right) {
        digest.update(NODE);
        digest.update(left);
        digest.update(right);
        return digest.digest();
    }

    private byte[] leaf() {
        digest.update(LEAF);
        digest.update(memory.array(), 0, memory.size());
        return digest.digest();
    }

    public static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }
}

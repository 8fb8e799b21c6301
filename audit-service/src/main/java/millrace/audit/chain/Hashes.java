package millrace.audit.chain;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The hashes of the archive, all SHA-256, each kind with a first byte of its own so that none can stand for another: leaves
 * and nodes as in RFC 9162, and the heads of chains. For one thread: memory and digest are used again.
 */
public final class Hashes {
    private static final byte LEAF = 0;
    private static final byte NODE = 1;
    private static final byte HEAD = 2;

    private final MessageDigest digest = sha256();
    private final Bytes memory = new Bytes(1 << 14);

    /** What the entry's leaf is the hash of. */
    public byte[] canonical(ChainEntry entry) {
        write(entry);
        return memory.copy();
    }

    public byte[] leaf(ChainEntry entry) {
        write(entry);
        digest.update(LEAF);
        digest.update(memory.array(), 0, memory.size());
        return digest.digest();
    }

    /** The head of a chain without entries: the hash of its name. */
    public byte[] first(String channel, int partition) {
        return digest.digest((channel + "/" + partition).getBytes(UTF_8));
    }

    /** The head of a chain after another entry. */
    public byte[] head(byte[] before, byte[] leaf) {
        return hash(HEAD, before, leaf);
    }

    public byte[] node(byte[] left, byte[] right) {
        return hash(NODE, left, right);
    }

    private void write(ChainEntry entry) {
        memory.clear();
        Canonical.write(memory, entry);
    }

    private byte[] hash(byte kind, byte[] left, byte[] right) {
        digest.update(kind);
        digest.update(left);
        digest.update(right);
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

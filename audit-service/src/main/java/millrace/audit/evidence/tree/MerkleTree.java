package millrace.audit.evidence.tree;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import millrace.events.Sha256;

/**
 * The Merkle tree of RFC 9162 (section 2.1). Its nodes may be in memory or in a database: a complete subtree of
 * 2<sup>level</sup> leaves is one node, and nothing else is asked for.
 */
public final class MerkleTree {
    private MerkleTree() {}

    /** The complete subtrees of a tree. */
    public interface Nodes<E extends Exception> {
        /** The root hash of the leaves {@code [number << level, (number + 1) << level)}. */
        byte[] hash(int level, long number) throws E;
    }

    /** The tree of leaves in memory. */
    public static Nodes<RuntimeException> of(List<byte[]> leaves) {
        return new Nodes<>() {
            @Override
            public byte[] hash(int level, long number) {
                return level == 0
                        ? leaves.get((int) number)
                        : Hashes.node(hash(level - 1, 2 * number), hash(level - 1, 2 * number + 1));
            }
        };
    }

    /** The root hash of leaves in memory; of none it is the hash of nothing. */
    public static byte[] root(List<byte[]> leaves) {
        return root(of(leaves), leaves.size());
    }

    /** The root hash of the first {@code size} leaves; of none it is the hash of nothing. */
    public static <E extends Exception> byte[] root(Nodes<E> nodes, long size) throws E {
        return size == 0 ? Sha256.hash(new byte[0]) : root(nodes, 0, size);
    }

    /** The proof that a leaf is in the tree of the first {@code size} leaves (2.1.3.1), the nearest node first. */
    public static <E extends Exception> List<byte[]> inclusionProof(Nodes<E> nodes, long index, long size) throws E {
        var proof = new ArrayList<byte[]>();
        var begin = 0L;
        var end = size;
        while (end - begin > 1) {
            var middle = begin + split(end - begin);
            if (index < middle) {
                proof.add(root(nodes, middle, end));
                end = middle;
            } else {
                proof.add(root(nodes, begin, middle));
                begin = middle;
            }
        }
        return proof.reversed();
    }

    /** The proof that the first {@code size} leaves begin with the first {@code before} (2.1.4.1). */
    public static <E extends Exception> List<byte[]> consistencyProof(Nodes<E> nodes, long before, long size) throws E {
        var proof = new ArrayList<byte[]>();
        var begin = 0L;
        var end = size;
        while (before > 0 && before < end) {
            var middle = begin + split(end - begin);
            if (before <= middle) {
                proof.add(root(nodes, middle, end));
                end = middle;
            } else {
                proof.add(root(nodes, begin, middle));
                begin = middle;
            }
        }
        if (begin > 0) {
            proof.add(root(nodes, begin, end));
        }
        return proof.reversed();
    }

    /** True if the proof leads from the leaf to the root of a tree of that size (2.1.3.2). */
    public static boolean includes(byte[] root, long size, byte[] leaf, long index, List<byte[]> proof) {
        var place = index;
        var last = size - 1;
        var hash = leaf;
        for (var other : proof) {
            if (last == 0) {
                return false;
            }
            if ((place & 1) == 1 || place == last) {
                hash = Hashes.node(other, hash);
                var up = (place & 1) == 1 ? 0 : Long.numberOfTrailingZeros(place);
                place >>= up;
                last >>= up;
            } else {
                hash = Hashes.node(hash, other);
            }
            place >>= 1;
            last >>= 1;
        }
        return index >= 0 && index < size && last == 0 && Arrays.equals(hash, root);
    }

    /** True if the proof leads from the root of the first {@code before} leaves to that of {@code size} (2.1.4.2). */
    public static boolean isConsistent(long before, byte[] rootBefore, long size, byte[] root, List<byte[]> proof) {
        if (before <= 0 || before >= size) {
            return proof.isEmpty() && (before == 0 || before == size && Arrays.equals(rootBefore, root));
        }
        var path = new ArrayList<>(proof);
        if (Long.bitCount(before) == 1) {
            path.addFirst(rootBefore);
        }
        if (path.isEmpty()) {
            return false;
        }
        var up = Long.numberOfTrailingZeros(before);
        var place = before - 1 >> up;
        var last = size - 1 >> up;
        var old = path.getFirst();
        var now = old;
        for (var other : path.subList(1, path.size())) {
            if (last == 0) {
                return false;
            }
            if ((place & 1) == 1 || place == last) {
                old = Hashes.node(other, old);
                now = Hashes.node(other, now);
                up = (place & 1) == 1 || place == 0 ? 0 : Long.numberOfTrailingZeros(place);
                place >>= up;
                last >>= up;
            } else {
                now = Hashes.node(now, other);
            }
            place >>= 1;
            last >>= 1;
        }
        return last == 0 && Arrays.equals(old, rootBefore) && Arrays.equals(now, root);
    }

    private static <E extends Exception> byte[] root(Nodes<E> nodes, long begin, long end) throws E {
        var size = end - begin;
        if (Long.bitCount(size) == 1) {
            var level = Long.numberOfTrailingZeros(size);
            return nodes.hash(level, begin >> level);
        }
        var middle = begin + split(size);
        return Hashes.node(root(nodes, begin, middle), root(nodes, middle, end));
    }

    /** The largest power of two that is less than the size. */
    private static long split(long size) {
        return Long.highestOneBit(size - 1);
    }
}

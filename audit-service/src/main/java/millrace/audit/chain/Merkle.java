package millrace.audit.chain;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The Merkle tree of RFC 9162 (section 2.1): a left side of the largest power of two that is less than the whole. */
public final class Merkle {
    private final Hashes hashes;

    public Merkle(Hashes hashes) {
        this.hashes = hashes;
    }

    /** @param leaves at least one */
    public byte[] root(List<byte[]> leaves) {
        if (leaves.size() == 1) {
            return leaves.getFirst();
        }
        var split = split(leaves.size());
        return hashes.node(root(leaves.subList(0, split)), root(leaves.subList(split, leaves.size())));
    }

    /** What proves that a leaf is in the tree: the roots of the other sides on its way up, the nearest first. */
    public List<byte[]> path(List<byte[]> leaves, int index) {
        if (leaves.size() == 1) {
            return new ArrayList<>();
        }
        var split = split(leaves.size());
        var left = leaves.subList(0, split);
        var right = leaves.subList(split, leaves.size());
        var path = index < split ? path(left, index) : path(right, index - split);
        path.add(root(index < split ? right : left));
        return path;
    }

    /** Whether the path leads from the leaf at that place in a tree of that size to the root (RFC 9162, 2.1.3.2). */
    public boolean proves(byte[] root, byte[] leaf, long index, long size, List<byte[]> path) {
        var place = index;
        var last = size - 1;
        var climbed = leaf;
        for (var other : path) {
            if (last == 0) {
                return false;
            }
            if ((place & 1) == 1 || place == last) {
                climbed = hashes.node(other, climbed);
                var up = (place & 1) == 1 ? 0 : Long.numberOfTrailingZeros(place);
                place >>= up;
                last >>= up;
            } else {
                climbed = hashes.node(climbed, other);
            }
            place >>= 1;
            last >>= 1;
        }
        return index >= 0 && index < size && last == 0 && Arrays.equals(climbed, root);
    }

    private static int split(int size) {
        return Integer.highestOneBit(size - 1);
    }
}

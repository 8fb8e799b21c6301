package millrace.audit.evidence.tree;

import java.util.ArrayList;
import java.util.List;
import millrace.events.Sha256;

/**
 * A Merkle tree that leaves are appended to. It holds the complete subtrees at its right edge only, one for each bit of
 * its size, and hands out each subtree that a leaf completes.
 */
public final class GrowingTree {
    /** The largest subtree first. */
    private final List<byte[]> edge = new ArrayList<>();

    private long size;

    /** A complete subtree. */
    public record Node(int level, long number, byte[] hash) {}

    /** Continues the tree of the first {@code size} leaves. */
    public static <E extends Exception> GrowingTree load(MerkleTree.Nodes<E> nodes, long size) throws E {
        var tree = new GrowingTree();
        for (var bit = Long.highestOneBit(size); bit > 0; bit >>= 1) {
            if ((size & bit) != 0) {
                var level = Long.numberOfTrailingZeros(bit);
                tree.edge.add(nodes.hash(level, (size >> level) - 1));
            }
        }
        tree.size = size;
        return tree;
    }

    public GrowingTree copy() {
        var copy = new GrowingTree();
        copy.edge.addAll(edge);
        copy.size = size;
        return copy;
    }

    public long size() {
        return size;
    }

    /** @return the nodes that the leaf completes: itself, and the subtrees that end with it */
    public List<Node> append(byte[] leaf) {
        var nodes = new ArrayList<Node>();
        nodes.add(new Node(0, size, leaf));
        var hash = leaf;
        for (var level = 1; (size >> level - 1 & 1) == 1; level++) {
            hash = Hashes.node(edge.removeLast(), hash);
            nodes.add(new Node(level, size >> level, hash));
        }
        edge.add(hash);
        size++;
        return nodes;
    }

    public byte[] root() {
        if (edge.isEmpty()) {
            return Sha256.hash(new byte[0]);
        }
        var root = edge.getLast();
        for (var i = edge.size() - 2; i >= 0; i--) {
            root = Hashes.node(edge.get(i), root);
        }
        return root;
    }
}

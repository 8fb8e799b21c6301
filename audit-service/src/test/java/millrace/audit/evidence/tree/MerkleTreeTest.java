package millrace.audit.evidence.tree;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MerkleTreeTest {

    static IntStream sizes() {
        return IntStream.rangeClosed(1, 70);
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void the_path_of_each_leaf_leads_to_the_root_and_no_other_does(int size) {
        var leaves = leaves(size);
        var root = MerkleTree.root(MerkleTree.of(leaves), leaves.size());
        for (var index = 0; index < size; index++) {
            var path = MerkleTree.inclusionProof(MerkleTree.of(leaves), index, size);

            assertThat(MerkleTree.includes(root, size, leaves.get(index), index, path))
                    .isTrue();
            for (var other = 0; other < size; other++) {
                if (other != index) {
                    assertThat(MerkleTree.includes(root, size, leaves.get(index), other, path))
                            .isFalse();
                    assertThat(MerkleTree.includes(root, size, leaves.get(other), index, path))
                            .isFalse();
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void a_path_that_is_longer_shorter_or_changed_proves_nothing(int size) {
        var leaves = leaves(size);
        var root = MerkleTree.root(MerkleTree.of(leaves), leaves.size());
        for (var index = 0; index < size; index++) {
            var leaf = leaves.get(index);
            var path = MerkleTree.inclusionProof(MerkleTree.of(leaves), index, size);
            var longer = new ArrayList<>(path);
            longer.add(leaf);

            assertThat(MerkleTree.includes(root, size, leaf, index, longer)).isFalse();
            assertThat(MerkleTree.includes(root, size + 128, leaf, index, path)).isFalse();
            for (var step = 0; step < path.size(); step++) {
                var changed = new ArrayList<>(path);
                changed.set(step, leaf);
                assertThat(MerkleTree.includes(root, size, leaf, index, changed))
                        .isFalse();
                changed.remove(step);
                assertThat(MerkleTree.includes(root, size, leaf, index, changed))
                        .isFalse();
            }
        }
    }

    @Test
    void the_tree_is_that_of_the_rfc() {
        var leaves = leaves(3);

        assertThat(MerkleTree.root(MerkleTree.of(leaves), leaves.size()))
                .isEqualTo(Hashes.node(Hashes.node(leaves.get(0), leaves.get(1)), leaves.get(2)));
        assertThat(HexFormat.of().formatHex(Hashes.node(new byte[0], new byte[0])))
                .as("SHA-256 of the byte 1")
                .isEqualTo("4bf5122f344554c53bde2ebb8cd2b7e3d1600ad631c385a5d7cce23c7785459a");
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void a_larger_tree_is_consistent_with_each_smaller_one_and_with_no_other(int size) {
        var leaves = leaves(size);
        var nodes = MerkleTree.of(leaves);
        var root = MerkleTree.root(nodes, size);
        for (var before = 0; before <= size; before++) {
            var proof = MerkleTree.consistencyProof(nodes, before, size);
            var old = MerkleTree.root(nodes, before);

            assertThat(MerkleTree.isConsistent(before, old, size, root, proof)).isTrue();
            if (before > 0 && before < size) {
                assertThat(MerkleTree.isConsistent(before, root, size, root, proof))
                        .isFalse();
                assertThat(MerkleTree.isConsistent(before, old, size, old, proof))
                        .isFalse();
                assertThat(MerkleTree.isConsistent(before, old, size + 128, root, proof))
                        .isFalse();
                for (var step = 0; step < proof.size(); step++) {
                    var changed = new ArrayList<>(proof);
                    changed.set(step, Hashes.node(root, old));
                    assertThat(MerkleTree.isConsistent(before, old, size, root, changed))
                            .isFalse();
                    changed.remove(step);
                    assertThat(MerkleTree.isConsistent(before, old, size, root, changed))
                            .isFalse();
                }
            }
        }
    }

    @Test
    void a_history_that_was_changed_is_not_consistent() {
        var leaves = leaves(20);
        var old = MerkleTree.root(MerkleTree.of(leaves), 13);
        leaves.set(4, Hashes.node(old, old));
        var changed = MerkleTree.of(leaves);

        var proof = MerkleTree.consistencyProof(changed, 13, 20);

        assertThat(MerkleTree.isConsistent(13, old, 20, MerkleTree.root(changed, 20), proof))
                .isFalse();
    }

    @Test
    void a_tree_that_grows_has_the_root_of_its_leaves_and_hands_out_each_complete_subtree() {
        var leaves = leaves(70);
        var stored = new HashMap<String, byte[]>();
        var tree = new GrowingTree();
        assertThat(tree.root()).isEqualTo(MerkleTree.root(MerkleTree.of(leaves), 0));
        for (var size = 1; size <= leaves.size(); size++) {
            tree.append(leaves.get(size - 1))
                    .forEach(node -> stored.put(node.level() + "/" + node.number(), node.hash()));

            assertThat(tree.root()).isEqualTo(MerkleTree.root(MerkleTree.of(leaves), size));
            MerkleTree.Nodes<RuntimeException> nodes = (level, number) -> stored.get(level + "/" + number);
            assertThat(MerkleTree.root(nodes, size)).isEqualTo(tree.root());
            assertThat(GrowingTree.load(nodes, size).root()).isEqualTo(tree.root());
        }
    }

    private List<byte[]> leaves(int size) {
        var leaves = new ArrayList<byte[]>();
        IntStream.range(0, size).forEach(i -> leaves.add(Hashes.node(("" + i).getBytes(UTF_8), new byte[] {7})));
        return leaves;
    }
}

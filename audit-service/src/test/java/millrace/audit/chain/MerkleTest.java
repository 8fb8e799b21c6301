package millrace.audit.chain;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MerkleTest {
    private final Hashes hashes = new Hashes();
    private final Merkle merkle = new Merkle(hashes);

    static IntStream sizes() {
        return IntStream.rangeClosed(1, 70);
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void the_path_of_each_leaf_leads_to_the_root_and_no_other_does(int size) {
        var leaves = leaves(size);
        var root = merkle.root(leaves);
        for (var index = 0; index < size; index++) {
            var path = merkle.path(leaves, index);

            assertThat(merkle.proves(root, leaves.get(index), index, size, path))
                    .isTrue();
            for (var other = 0; other < size; other++) {
                if (other != index) {
                    assertThat(merkle.proves(root, leaves.get(index), other, size, path))
                            .isFalse();
                    assertThat(merkle.proves(root, leaves.get(other), index, size, path))
                            .isFalse();
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void a_path_that_is_longer_shorter_or_changed_proves_nothing(int size) {
        var leaves = leaves(size);
        var root = merkle.root(leaves);
        for (var index = 0; index < size; index++) {
            var leaf = leaves.get(index);
            var path = merkle.path(leaves, index);
            var longer = new ArrayList<>(path);
            longer.add(leaf);

            assertThat(merkle.proves(root, leaf, index, size, longer)).isFalse();
            assertThat(merkle.proves(root, leaf, index, size + 128, path)).isFalse();
            for (var step = 0; step < path.size(); step++) {
                var changed = new ArrayList<>(path);
                changed.set(step, leaf);
                assertThat(merkle.proves(root, leaf, index, size, changed)).isFalse();
                changed.remove(step);
                assertThat(merkle.proves(root, leaf, index, size, changed)).isFalse();
            }
        }
    }

    @Test
    void the_tree_is_that_of_the_rfc() {
        var leaves = leaves(3);

        assertThat(merkle.root(leaves))
                .isEqualTo(hashes.node(hashes.node(leaves.get(0), leaves.get(1)), leaves.get(2)));
        assertThat(HexFormat.of().formatHex(hashes.node(new byte[0], new byte[0])))
                .as("SHA-256 of the byte 1")
                .isEqualTo("4bf5122f344554c53bde2ebb8cd2b7e3d1600ad631c385a5d7cce23c7785459a");
    }

    private List<byte[]> leaves(int size) {
        var leaves = new ArrayList<byte[]>();
        IntStream.range(0, size).forEach(i -> leaves.add(hashes.node(("" + i).getBytes(UTF_8), new byte[] {7})));
        return leaves;
    }
}

package millrace.audit.verify;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.Set;
import java.util.UUID;
import millrace.audit.chain.Break;
import millrace.audit.chain.Hashes;
import millrace.audit.chain.KeptRecord;
import org.junit.jupiter.api.Test;

class LeafComparisonTest {
    private static final UUID TOPIC = new UUID(0, 1);

    private final LeafComparison leaves = new LeafComparison(new ChainName("clicks", 0), Set.of(7L));

    @Test
    void the_digest_of_equal_chains_is_their_head() {
        var hashes = new Hashes();
        var record = record(0, "a", null);

        leaves.add(0, record, record);

        var compared = leaves.end(1);
        assertThat(compared.different()).isZero();
        assertThat(compared.entries()).isEqualTo(1);
        assertThat(compared.digest()).isEqualTo(compared.shadowDigest());
        assertThat(compared.digest())
                .isEqualTo(HexFormat.of().formatHex(hashes.head(hashes.first("clicks", 0), hashes.leaf(record))));
    }

    @Test
    void the_first_entry_that_differs_is_named_and_the_digests_differ() {
        leaves.add(0, record(0, "a", null), record(0, "a", null));
        leaves.add(1, record(1, "b", null), record(1, "c", null));
        leaves.add(2, record(2, "d", null), null);

        var compared = leaves.end(3);
        assertThat(compared.seq()).isEqualTo(1);
        assertThat(compared.live()).contains("offset 1,");
        assertThat(compared.different()).isEqualTo(2);
        assertThat(compared.digest()).isNotEqualTo(compared.shadowDigest());
    }

    @Test
    void when_a_break_was_found_makes_no_difference() {
        leaves.add(0, gap(5), gap(6));

        assertThat(leaves.end(10).different()).isZero();
    }

    @Test
    void what_was_erased_is_redacted_and_no_fault() {
        leaves.add(0, record(0, "sealed", 7L), record(0, "sealed otherwise", 9L));

        var compared = leaves.end(1);
        assertThat(compared.redacted()).isEqualTo(1);
        assertThat(compared.different()).isZero();
        assertThat(compared.digest()).isEqualTo(compared.shadowDigest());
    }

    @Test
    void what_was_not_erased_has_to_be_the_same() {
        leaves.add(0, record(0, "sealed", 8L), record(0, "sealed otherwise", 8L));

        assertThat(leaves.end(1).different()).isEqualTo(1);
    }

    private static KeptRecord record(long seq, String value, Long subject) {
        var none = new byte[0][];
        return new KeptRecord(
                "clicks",
                0,
                seq,
                1,
                seq,
                null,
                TOPIC,
                1,
                "CreateTime",
                none,
                none,
                null,
                value.getBytes(UTF_8),
                subject,
                null);
    }

    private static Break gap(long foundMs) {
        return new Break("clicks", 0, 0, 1, Break.Kind.GAP, 0, 10, TOPIC, foundMs);
    }
}

package millrace.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import millrace.audit.chain.Break;
import millrace.audit.chain.Entry;
import millrace.audit.chain.KeptRecord;
import millrace.audit.chain.Segment;
import millrace.audit.chain.Signing;
import millrace.audit.chain.SigningKey;
import millrace.local.Secrets;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class InheritedChainTest {
    private static final SigningKey KEY = SigningKey.parse(Secrets.signingKey());
    private static final UUID TOPIC = new UUID(0, 1);
    private static final UUID NEW_TOPIC = new UUID(0, 2);

    private final List<Entry> entries = new ArrayList<>();
    private final Chain older = chain(1, TOPIC);
    private final Chain chain = chain(2, NEW_TOPIC);

    @Test
    void the_heir_has_the_head_and_the_position_of_the_older_chain() {
        entries.add(older.gap(10));
        records(10, 13);
        older.moveTo(15, 3);
        older.close();

        assertThat(inherit()).isTrue();

        assertThat(chain.position()).usingRecursiveComparison().isEqualTo(older.position());
        assertThat(chain.takeClosed())
                .isNotEmpty()
                .allSatisfy(
                        segment -> assertThat(segment.signed(KEY.publicKey())).isPresent());
    }

    @Test
    void it_goes_on_in_the_life_of_a_topic_that_was_made_again() {
        records(0, 2);
        entries.add(older.reborn(Break.Kind.RECREATED, NEW_TOPIC, 2, 0, 0));
        records(0, 2);
        older.close();

        assertThat(inherit()).isTrue();

        assertThat(chain.position()).usingRecursiveComparison().isEqualTo(older.position());
        assertThat(chain.position().life()).isEqualTo(2);
    }

    @Test
    void an_entry_that_was_changed_after_it_was_signed_is_noticed() {
        records(0, 3);
        older.close();
        entries.set(1, record(1, 1, "forged"));

        assertThat(inherit()).isFalse();
    }

    @Test
    void a_chain_that_began_otherwise_is_no_heir() {
        records(0, 3);
        older.close();
        chain.gap(2);

        assertThat(inherit()).isFalse();
    }

    /** Segment by segment. */
    private boolean inherit() {
        var same = true;
        for (Segment segment : older.takeClosed()) {
            same &= chain.inherit(
                    entries.stream()
                            .filter(entry -> entry.seq() >= segment.firstSeq() && entry.seq() < segment.nextSeq())
                            .toList(),
                    segment);
        }
        return same;
    }

    private void records(long from, long to) {
        for (var offset = from; offset < to; offset++) {
            var record = record(older.position().nextSeq(), offset, "v" + offset);
            entries.add(record);
            older.add(record);
            older.moveTo(offset + 1, record.leaderEpoch());
        }
    }

    private KeptRecord record(long seq, long offset, String value) {
        var none = new byte[0][];
        var position = older.position();
        return new KeptRecord(
                "clicks",
                0,
                seq,
                position.life(),
                offset,
                3,
                position.topicId(),
                offset,
                "CreateTime",
                none,
                none,
                null,
                value.getBytes(UTF_8),
                null,
                null);
    }

    private static Chain chain(int generation, UUID topicId) {
        var start = Chain.start("clicks", 0, topicId);
        var open = new Signing.Open("clicks", 0, 0, 1, 0, 0, start.head());
        return new Chain(new TopicPartition("clicks", 0), start, open, 0, new Chain.Limits(generation, KEY, 3));
    }
}

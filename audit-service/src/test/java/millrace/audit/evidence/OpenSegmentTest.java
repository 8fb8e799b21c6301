package millrace.audit.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.UUID;
import millrace.audit.Position;
import millrace.audit.evidence.tree.Segment;
import millrace.audit.table.ArchivedRecord;
import millrace.audit.table.ChainName;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** Where the segments of a chain end. */
class OpenSegmentTest {
    private static final UUID TOPIC = new UUID(1, 2);
    private static final int MOST = 100;

    private final OpenSegment chain = new OpenSegment(
            new TopicPartition("order-state", 0),
            new ChainName("order-state", 0),
            Position.start(TOPIC),
            Optional.empty(),
            MOST,
            () -> 0);

    @Test
    void a_segment_ends_with_its_last_number() {
        add(2 * MOST + 1, 10);

        assertThat(chain.closed()).extracting(Segment::entries).containsExactly(100L, 100L);
    }

    @Test
    void a_segment_of_large_records_ends_before_it_is_larger_than_the_memory_that_verifies_it() {
        add(MOST, 300_000);

        assertThat(chain.closed())
                .hasSizeGreaterThan(5)
                .allSatisfy(segment -> assertThat(segment.entries()).isBetween(1L, (4L << 20) / 300_000 + 1));
    }

    private void add(int records, int bytes) {
        for (var i = 0; i < records; i++) {
            var at = chain.end();
            var none = new byte[0][];
            var entry = new ArchivedRecord(
                    "order-state",
                    0,
                    at.nextSeq(),
                    1,
                    at.nextOffset(),
                    0,
                    TOPIC,
                    0,
                    "CreateTime",
                    none,
                    none,
                    null,
                    new byte[bytes],
                    null,
                    null);
            chain.add(entry, at.after(at.nextOffset() + 1));
        }
    }
}

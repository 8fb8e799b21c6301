package millrace.audit.evidence.tree;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import millrace.audit.table.ArchivedRecord;
import millrace.audit.table.Discontinuity;
import org.junit.jupiter.api.Test;

/** Every difference of an entry changes its hash. */
class HashesTest {
    private static final UUID TOPIC = new UUID(1, 2);
    private static final byte[] A = {'a'};
    private static final byte[] B = {'b'};
    private static final byte[] EMPTY = {};
    private static final byte[][] NONE = {};

    @Test
    void every_field_and_every_border_between_fields_counts() {
        var entries = List.of(
                kept(0, 1, null, NONE, NONE, null, null, null, null),
                kept(1, 1, null, NONE, NONE, null, null, null, null),
                kept(0, 2, null, NONE, NONE, null, null, null, null),
                kept(0, 1, 0, NONE, NONE, null, null, null, null),
                kept(0, 1, null, new byte[][] {A}, new byte[][] {B}, null, null, null, null),
                kept(0, 1, null, new byte[][] {B}, new byte[][] {A}, null, null, null, null),
                kept(0, 1, null, new byte[][] {A}, new byte[][] {null}, null, null, null, null),
                kept(0, 1, null, new byte[][] {A}, new byte[][] {EMPTY}, null, null, null, null),
                kept(0, 1, null, new byte[][] {A, B}, new byte[][] {A, B}, null, null, null, null),
                kept(0, 1, null, new byte[][] {B, A}, new byte[][] {B, A}, null, null, null, null),
                kept(0, 1, null, NONE, NONE, EMPTY, null, null, null),
                kept(0, 1, null, NONE, NONE, null, EMPTY, null, null),
                kept(0, 1, null, NONE, NONE, A, B, null, null),
                kept(0, 1, null, NONE, NONE, new byte[] {'a', 'b'}, EMPTY, null, null),
                kept(0, 1, null, NONE, NONE, null, null, 0L, null),
                kept(0, 1, null, NONE, NONE, null, null, null, new UUID(0, 0)),
                new Discontinuity("clicks", 0, 0, 1, Discontinuity.Kind.GAP, 0, 1, TOPIC, 5),
                new Discontinuity("clicks", 0, 0, 1, Discontinuity.Kind.TRUNCATED, 0, 1, TOPIC, 5),
                new Discontinuity("clicks", 0, 0, 1, Discontinuity.Kind.GAP, 0, 1, TOPIC, 6));

        assertThat(entries.stream().map(Hashes::leaf).map(HexFormat.of()::formatHex))
                .doesNotHaveDuplicates();
    }

    @Test
    void every_field_of_a_segment_counts() {
        var root = new byte[] {1};
        var other = new byte[] {2};
        var segments = List.of(
                new Segment("clicks", 0, 0, 1, TOPIC, 0, 1, 0, 1, root, 0, 0, root),
                new Segment("orders", 0, 0, 1, TOPIC, 0, 1, 0, 1, root, 0, 0, root),
                new Segment("clicks", 1, 0, 1, TOPIC, 0, 1, 0, 1, root, 0, 0, root),
                new Segment("clicks", 0, 1, 1, TOPIC, 0, 1, 0, 1, root, 0, 0, root),
                new Segment("clicks", 0, 0, 2, TOPIC, 0, 1, 0, 1, root, 0, 0, root),
                new Segment("clicks", 0, 0, 1, new UUID(2, 1), 0, 1, 0, 1, root, 0, 0, root),
                new Segment("clicks", 0, 0, 1, TOPIC, 1, 1, 0, 1, root, 0, 0, root),
                new Segment("clicks", 0, 0, 1, TOPIC, 0, 2, 0, 1, root, 0, 0, root),
                new Segment("clicks", 0, 0, 1, TOPIC, 0, 1, 1, 1, root, 0, 0, root),
                new Segment("clicks", 0, 0, 1, TOPIC, 0, 1, 0, 2, root, 0, 0, root),
                new Segment("clicks", 0, 0, 1, TOPIC, 0, 1, 0, 1, other, 0, 0, root),
                new Segment("clicks", 0, 0, 1, TOPIC, 0, 1, 0, 1, root, 1, 0, root),
                new Segment("clicks", 0, 0, 1, TOPIC, 0, 1, 0, 1, root, 0, 1, root),
                new Segment("clicks", 0, 0, 1, TOPIC, 0, 1, 0, 1, root, 0, 0, other));

        assertThat(segments.stream().map(Hashes::leaf).map(HexFormat.of()::formatHex))
                .doesNotHaveDuplicates();
    }

    private static ArchivedRecord kept(
            long seq,
            int life,
            Integer epoch,
            byte[][] names,
            byte[][] values,
            byte[] key,
            byte[] value,
            Long subject,
            UUID trace) {
        return new ArchivedRecord(
                "clicks", 0, seq, life, 7, epoch, TOPIC, 9, "CreateTime", names, values, key, value, subject, trace);
    }
}

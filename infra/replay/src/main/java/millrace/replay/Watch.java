package millrace.replay;

import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import millrace.replay.Fold.Row;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Rows of one partition that were not the same in two generations: one may have been a moment ahead. They are looked at again
 * until they are the same, ten times at most; what both go on changing meanwhile is not settled, and proves nothing.
 */
final class Watch {
    private static final int LOOKS = 10;
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);

    private final PartitionReader live;
    private final PartitionReader shadow;
    private final Map<Hash, Row> liveRows;
    private final Map<Hash, Row> shadowRows;
    private final Set<Hash> keys;
    private final Map<Hash, Boolean> liveMoved = new HashMap<>();
    private final Map<Hash, Boolean> shadowMoved = new HashMap<>();

    /** @param keys those that are the same are taken out */
    Watch(PartitionReader live, PartitionReader shadow, Control control, Set<Hash> keys) {
        this.live = live;
        this.shadow = shadow;
        this.keys = keys;
        this.liveRows = Fold.rows(live, control.liveFrom(), keys);
        this.shadowRows = Fold.rows(shadow, control.ownFrom(), keys);
    }

    /** A row that is still not the same. */
    record Left(byte[] key, byte[] live, byte[] shadow, boolean settled) {}

    /** @return how many have become the same */
    long look() {
        var before = keys.size();
        keys.removeIf(this::same);
        for (var look = 0; look < LOOKS && !keys.isEmpty(); look++) {
            Pause.of(BETWEEN_LOOKS);
            live.toTheEnd(record -> take(record, liveRows, liveMoved));
            shadow.toTheEnd(record -> take(record, shadowRows, shadowMoved));
            keys.removeIf(this::same);
        }
        return before - keys.size();
    }

    List<Left> left() {
        return keys.stream().map(this::left).toList();
    }

    private void take(ConsumerRecord<byte[], byte[]> record, Map<Hash, Row> rows, Map<Hash, Boolean> moved) {
        if (record.key() != null) {
            var key = Hash.of(record.key());
            if (keys.contains(key)) {
                rows.put(key, new Row(record.key(), record.value()));
                moved.put(key, true);
            }
        }
    }

    private boolean same(Hash key) {
        return Arrays.equals(value(liveRows.get(key)), value(shadowRows.get(key)));
    }

    private Left left(Hash key) {
        var name = Stream.of(liveRows, shadowRows)
                .filter(rows -> rows.containsKey(key))
                .map(rows -> rows.get(key).key())
                .findFirst()
                .orElse(new byte[0]);
        var settled = !liveMoved.containsKey(key) || !shadowMoved.containsKey(key);
        return new Left(name, value(liveRows.get(key)), value(shadowRows.get(key)), settled);
    }

    private static byte[] value(Row row) {
        return row == null ? null : row.value();
    }
}

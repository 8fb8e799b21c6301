package millrace.analytics.rebuild;

import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import millrace.analytics.rebuild.CompactedView.RawRecord;
import millrace.generation.Pause;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Rechecks keys of one partition that differed between two generations, because one generation may have been a moment
 * ahead. It reads on up to thirty times, a second apart. A key that changed in both generations meanwhile is unsettled and
 * counts as no difference.
 */
final class RecheckLoop {
    private static final int RECHECKS = 30;
    private static final Duration BETWEEN_RECHECKS = Duration.ofSeconds(1);

    private final PartitionReader live;
    private final PartitionReader shadow;
    private final Map<TruncatedHash, RawRecord> liveRows;
    private final Map<TruncatedHash, RawRecord> shadowRows;
    private final Set<TruncatedHash> keys;
    private final Map<TruncatedHash, Boolean> liveChanged = new HashMap<>();
    private final Map<TruncatedHash, Boolean> shadowChanged = new HashMap<>();

    /** @param keys keys that differ; those that become equal are removed */
    RecheckLoop(PartitionReader live, PartitionReader shadow, FenceRecord fence, Set<TruncatedHash> keys) {
        this.live = live;
        this.shadow = shadow;
        this.keys = keys;
        this.liveRows = CompactedView.records(live, 0, keys);
        this.shadowRows = CompactedView.records(shadow, fence.ownFrom(), keys);
    }

    /**
     * A key that still differs.
     *
     * @param live value in the live generation, or {@code null}
     * @param shadow value in the shadow, or {@code null}
     * @param settled false if both generations changed the key during the rechecks
     */
    record Unequal(byte[] key, byte[] live, byte[] shadow, boolean settled) {}

    /** @return number of keys that became equal */
    long run() {
        var before = keys.size();
        keys.removeIf(this::isEqual);
        for (var recheck = 0; recheck < RECHECKS && !keys.isEmpty(); recheck++) {
            Pause.of(BETWEEN_RECHECKS);
            live.readToEnd(record -> accept(record, liveRows, liveChanged));
            shadow.readToEnd(record -> accept(record, shadowRows, shadowChanged));
            keys.removeIf(this::isEqual);
        }
        return before - keys.size();
    }

    List<Unequal> remaining() {
        return keys.stream().map(this::unequal).toList();
    }

    private void accept(
            ConsumerRecord<byte[], byte[]> record,
            Map<TruncatedHash, RawRecord> rows,
            Map<TruncatedHash, Boolean> changed) {
        if (record.key() != null) {
            var key = TruncatedHash.of(record.key());
            if (keys.contains(key)) {
                rows.put(key, new RawRecord(record.key(), record.value()));
                changed.put(key, true);
            }
        }
    }

    private boolean isEqual(TruncatedHash key) {
        return Arrays.equals(value(liveRows.get(key)), value(shadowRows.get(key)));
    }

    private Unequal unequal(TruncatedHash key) {
        var name = Stream.of(liveRows, shadowRows)
                .filter(rows -> rows.containsKey(key))
                .map(rows -> rows.get(key).key())
                .findFirst()
                .orElse(new byte[0]);
        var settled = !liveChanged.containsKey(key) || !shadowChanged.containsKey(key);
        return new Unequal(name, value(liveRows.get(key)), value(shadowRows.get(key)), settled);
    }

    private static byte[] value(RawRecord row) {
        return row == null ? null : row.value();
    }
}

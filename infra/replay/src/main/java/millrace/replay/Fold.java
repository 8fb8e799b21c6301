package millrace.replay;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A partition as a reader has it who keeps the last value of each key: as hashes, and one part of all keys at a time, so that
 * memory has a bound.
 */
final class Fold {
    /** Some 50 MB. */
    static final int KEYS_AT_ONCE = 250_000;

    private Fold() {}

    /**
     * The last of a key.
     *
     * @param value {@code null} where it was taken back
     * @param timestamp of the record, in milliseconds
     */
    record Last(Hash value, long timestamp) {}

    /** In how many parts it has to be read. */
    static int parts(PartitionReader... readers) {
        var longest = 0L;
        for (var reader : readers) {
            longest = Math.max(longest, reader.length());
        }
        return (int) (1 + longest / KEYS_AT_ONCE);
    }

    /** One of so many parts of the keys; records before that offset do not count. Keys that were taken back are in it. */
    static SortedMap<Hash, Last> of(PartitionReader reader, long from, int part, int parts) {
        var fold = new TreeMap<Hash, Last>();
        reader.from(from).toTheEnd(record -> {
            var key = Control.isControl(record) || record.key() == null ? null : Hash.of(record.key());
            if (key != null && key.part(parts) == part) {
                var value = record.value() == null ? null : Hash.of(record.value());
                fold.put(key, new Last(value, record.timestamp()));
            }
        });
        return fold;
    }

    /** The last record of each of these keys, itself. */
    static Map<Hash, Row> rows(PartitionReader reader, long from, Set<Hash> keys) {
        var rows = new HashMap<Hash, Row>();
        reader.from(from).toTheEnd(record -> {
            var key = Control.isControl(record) || record.key() == null ? null : Hash.of(record.key());
            if (key != null && keys.contains(key)) {
                rows.put(key, new Row(record.key(), record.value()));
            }
        });
        return rows;
    }

    /** @param value {@code null} where it was taken back */
    record Row(byte[] key, byte[] value) {}
}

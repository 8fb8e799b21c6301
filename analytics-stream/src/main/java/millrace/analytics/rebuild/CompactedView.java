package millrace.analytics.rebuild;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Last value of each key of one partition, as log compaction would leave it. Keys and values are hashes and the keys
 * are read in several passes, so memory is bounded.
 */
final class CompactedView {
    /** About 50 MB. */
    static final int KEYS_PER_PASS = 250_000;

    private CompactedView() {}

    /**
     * Last record of a key.
     *
     * @param value {@code null} for a tombstone
     * @param timestamp of the record, in milliseconds
     */
    record LastValue(TruncatedHash value, long offset, long timestamp) {}

    /** Returns the number of passes that are needed to read all keys. */
    static int passes(PartitionReader... readers) {
        var longest = 0L;
        for (var reader : readers) {
            longest = Math.max(longest, reader.length());
        }
        return (int) (1 + longest / KEYS_PER_PASS);
    }

    /** Reads the keys of one pass, tombstones included. Records before offset {@code from} are ignored. */
    static SortedMap<TruncatedHash, LastValue> read(PartitionReader reader, long from, int pass, int passes) {
        var view = new TreeMap<TruncatedHash, LastValue>();
        reader.seek(from).readToEnd(record -> {
            var key = FenceRecord.isFenceRecord(record) || record.key() == null ? null : TruncatedHash.of(record.key());
            if (key != null && key.bucket(passes) == pass) {
                var value = record.value() == null ? null : TruncatedHash.of(record.value());
                view.put(key, new LastValue(value, record.offset(), record.timestamp()));
            }
        });
        return view;
    }

    /** Reads the last record of each of these keys, unhashed. Records before offset {@code from} are ignored. */
    static Map<TruncatedHash, RawRecord> records(PartitionReader reader, long from, Set<TruncatedHash> keys) {
        var records = new HashMap<TruncatedHash, RawRecord>();
        reader.seek(from).readToEnd(record -> {
            var key = FenceRecord.isFenceRecord(record) || record.key() == null ? null : TruncatedHash.of(record.key());
            if (key != null && keys.contains(key)) {
                records.put(key, new RawRecord(record.key(), record.value()));
            }
        });
        return records;
    }

    /**
     * Key and value of a record.
     *
     * @param value {@code null} for a tombstone
     */
    record RawRecord(byte[] key, byte[] value) {}
}

package millrace.analytics.rebuild;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import millrace.generation.PartitionReader;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

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

    /** Returns the number of passes that are needed to read all keys of the longer of two partitions. */
    static int passes(PartitionReader reader, TopicPartition one, TopicPartition other) {
        var longest = Math.max(reader.end(one) - reader.first(one), reader.end(other) - reader.first(other));
        return (int) (1 + longest / KEYS_PER_PASS);
    }

    /** Reads the keys of one pass, tombstones included. Records before offset {@code from} are ignored. */
    static SortedMap<TruncatedHash, LastValue> read(
            PartitionReader reader, TopicPartition partition, long from, int pass, int passes) {
        var view = new TreeMap<TruncatedHash, LastValue>();
        read(reader, partition, from, (key, record) -> {
            if (key.bucket(passes) == pass) {
                var value = record.value() == null ? null : TruncatedHash.of(record.value());
                view.put(key, new LastValue(value, record.offset(), record.timestamp()));
            }
        });
        return view;
    }

    /** Returns the last record of each of these keys, unhashed. Records before offset {@code from} are ignored. */
    static List<ConsumerRecord<byte[], byte[]>> records(
            PartitionReader reader, TopicPartition partition, long from, Set<TruncatedHash> keys) {
        var records = new TreeMap<TruncatedHash, ConsumerRecord<byte[], byte[]>>();
        read(reader, partition, from, (key, record) -> {
            if (keys.contains(key)) {
                records.put(key, record);
            }
        });
        return new ArrayList<>(records.values());
    }

    /**
     * Reads the records with their hashed keys, without fence records and records without a key.
     *
     * @return the offset at which it has ended
     */
    static long read(
            PartitionReader reader,
            TopicPartition partition,
            long from,
            BiConsumer<TruncatedHash, ConsumerRecord<byte[], byte[]>> take) {
        return reader.readToEnd(partition, from, record -> {
            if (record.key() != null && !FenceRecord.isFenceRecord(record)) {
                take.accept(TruncatedHash.of(record.key()), record);
            }
        });
    }
}

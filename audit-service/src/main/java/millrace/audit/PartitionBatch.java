package millrace.audit;

import java.util.List;
import java.util.LongSummaryStatistics;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * All committed records of a partition from the position of its chain up to an offset. It can have fewer records than
 * offsets, or none, because transaction markers and aborted records have offsets, too.
 *
 * @param to position of the consumer after the records, which can be greater than the last offset + 1
 */
record PartitionBatch(Chain chain, long to, List<ConsumerRecord<byte[], byte[]>> records) {
    LongSummaryStatistics times() {
        return records.stream().mapToLong(ConsumerRecord::timestamp).summaryStatistics();
    }

    /** Leader epoch of the last record; {@code null} if there is no record, or the broker did not send it. */
    Integer leaderEpoch() {
        return records.isEmpty() ? null : records.getLast().leaderEpoch().orElse(null);
    }
}

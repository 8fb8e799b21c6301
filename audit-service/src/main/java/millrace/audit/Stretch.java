package millrace.audit;

import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * All that was visible of a partition from where its chain stands up to an offset. There may be fewer records than offsets,
 * or none: the marks at the ends of transactions and aborted records have offsets too.
 *
 * @param to the consumer's position after it read the records, which is not always after the last of them
 */
record Stretch(Chain chain, long to, List<ConsumerRecord<byte[], byte[]>> records) {
    /** Of the last record; {@code null} where the broker did not say, or there is none. */
    Integer leaderEpoch() {
        return records.isEmpty() ? null : records.getLast().leaderEpoch().orElse(null);
    }
}

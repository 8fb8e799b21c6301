package millrace.audit;

import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * All that was visible of a partition in {@code [from, to)}. There may be fewer records than offsets, or none: the marks
 * at the ends of transactions and aborted records have offsets too.
 *
 * @param from where the stretch before it ended
 * @param to the consumer's position after it read the records, which is not always after the last of them
 */
record Stretch(TopicPartition partition, long from, long to, List<ConsumerRecord<byte[], byte[]>> records) {}

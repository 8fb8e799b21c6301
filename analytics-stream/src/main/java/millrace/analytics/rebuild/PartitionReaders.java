package millrace.analytics.rebuild;

import java.util.HashMap;
import java.util.Map;
import millrace.paas.PaasSettings;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads committed records of partitions, one partition after the other, without a consumer group. For one thread. */
final class PartitionReaders implements AutoCloseable {
    private static final Map<String, Object> SETTINGS = Map.of(
            "enable.auto.commit",
            false,
            "auto.offset.reset",
            "earliest",
            "isolation.level",
            "read_committed",
            "allow.auto.create.topics",
            false,
            "max.poll.records",
            5_000);

    private final KafkaConsumer<byte[], byte[]> consumer;

    PartitionReaders(PaasSettings settings) {
        var client = new HashMap<String, Object>(settings.kafka());
        client.putAll(SETTINGS);
        consumer = new KafkaConsumer<>(client, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /** Returns a reader at the beginning of the partition. */
    PartitionReader of(TopicPartition partition) {
        return new PartitionReader(consumer, partition);
    }

    @Override
    public void close() {
        consumer.close();
    }
}

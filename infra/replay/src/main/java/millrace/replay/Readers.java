package millrace.replay;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads what is committed in partitions, one after the other, in no group. For one thread. */
final class Readers implements AutoCloseable {
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

    Readers(Site site) {
        var client = new HashMap<String, Object>(site.settings().kafka());
        client.putAll(SETTINGS);
        consumer = new KafkaConsumer<>(client, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /** At the beginning of the partition. */
    PartitionReader of(TopicPartition place) {
        return new PartitionReader(consumer, place);
    }

    @Override
    public void close() {
        consumer.close();
    }
}

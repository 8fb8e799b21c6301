package millrace.audit;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import millrace.events.Channel;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Serializer;

/** Creates Kafka clients from the properties of the platform and settings of their own. The caller closes them. */
public final class KafkaClients {
    private KafkaClients() {}

    public static Admin admin(Map<String, Object> broker) {
        return Admin.create(settings(broker, AdminClientConfig.configNames(), Map.of()));
    }

    /** A consumer of committed records that never commits by itself and creates no topic. */
    public static KafkaConsumer<byte[], byte[]> consumer(Map<String, Object> broker, Map<String, Object> own) {
        var settings = settings(broker, ConsumerConfig.configNames(), own);
        settings.put("enable.auto.commit", false);
        settings.put("isolation.level", "read_committed");
        settings.put("allow.auto.create.topics", false);
        return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /**
     * A consumer that joins no group and reads what it is told to, up to an end that is known. It hardly waits for records
     * that come: the next question to the broker, for another partition, would wait behind that.
     */
    public static KafkaConsumer<byte[], byte[]> reader(Map<String, Object> broker, Map<String, Object> own) {
        var settings = new HashMap<>(broker);
        settings.remove("group.id");
        settings.put("auto.offset.reset", "earliest");
        settings.put("fetch.max.wait.ms", 10);
        return consumer(settings, own);
    }

    /** A producer whose records every in-sync replica has when they are confirmed. */
    public static <K, V> KafkaProducer<K, V> producer(
            Map<String, Object> broker, Serializer<K> key, Serializer<V> value, Map<String, Object> own) {
        var settings = settings(broker, ProducerConfig.configNames(), own);
        settings.put("acks", "all");
        settings.put("enable.idempotence", true);
        return new KafkaProducer<>(settings, key, value);
    }

    public static <K, V> KafkaProducer<K, V> producer(
            Map<String, Object> broker, Channel<K, V> channel, Map<String, Object> own) {
        return producer(broker, channel.key().serializer(), channel.value().serializer(), own);
    }

    /** Leaves out properties that a client of that kind does not know, because it would warn of them. */
    private static Map<String, Object> settings(
            Map<String, Object> broker, Set<String> known, Map<String, Object> own) {
        var settings = new HashMap<>(broker);
        settings.keySet().retainAll(known);
        settings.putAll(own);
        return settings;
    }
}

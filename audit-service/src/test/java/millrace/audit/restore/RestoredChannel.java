package millrace.audit.restore;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import millrace.local.Platform;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Creates and reads a channel that a test restores into. */
public record RestoredChannel(Platform platform, String channel, int partitions) {
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(30);

    public static RestoredChannel make(Platform platform, String channel, int partitions) throws Exception {
        var topic = new NewTopic(platform.topic(channel), partitions, (short) 1).configs(Map.of("retention.ms", "-1"));
        try (var admin = Admin.create(platform.kafkaClient())) {
            admin.createTopics(List.of(topic)).all().get();
            admin.createAcls(permissions(topic.name())).all().get();
        }
        return new RestoredChannel(platform, channel, partitions);
    }

    /** The permissions that the PaaS grants the application on a topic. */
    private static List<AclBinding> permissions(String topic) {
        var what = new ResourcePattern(ResourceType.TOPIC, topic, PatternType.LITERAL);
        return Stream.of(AclOperation.READ, AclOperation.WRITE, AclOperation.DESCRIBE)
                .map(operation -> new AccessControlEntry("User:app", "*", operation, AclPermissionType.ALLOW))
                .map(entry -> new AclBinding(what, entry))
                .toList();
    }

    /** Connects to the archive as the owner of its tables. */
    public static Connection connect(Platform platform) throws SQLException {
        return DriverManager.getConnection(platform.jdbcUrl() + "&currentSchema=audit");
    }

    public long size() {
        return IntStream.range(0, partitions)
                .mapToLong(partition -> records(partition).size())
                .sum();
    }

    public List<String> values(int partition) {
        return records(partition).stream()
                .map(record -> new String(record.value(), UTF_8))
                .toList();
    }

    /** Reads all records of a partition. */
    public List<ConsumerRecord<byte[], byte[]>> records(int number) {
        var partition = new TopicPartition(platform.topic(channel), number);
        try (var consumer = new KafkaConsumer<>(
                new HashMap<>(platform.kafkaClient()), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            var end = consumer.endOffsets(List.of(partition)).get(partition);
            var records = new ArrayList<ConsumerRecord<byte[], byte[]>>();
            var deadline = System.nanoTime() + ANSWER_WITHIN.toNanos();
            while (consumer.position(partition) < end && System.nanoTime() < deadline) {
                consumer.poll(Duration.ofMillis(100)).forEach(records::add);
            }
            return records;
        }
    }

    /** The headers as {@code name=value}, in order. */
    static List<String> headers(ConsumerRecord<byte[], byte[]> record) {
        return Stream.of(record.headers().toArray())
                .map(header -> header.key() + "=" + (header.value() == null ? null : new String(header.value(), UTF_8)))
                .toList();
    }
}

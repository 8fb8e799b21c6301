package millrace.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import millrace.local.Platform;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads the offset commits of a group from the broker's topic {@code __consumer_offsets}. */
final class OffsetCommits {
    private static final String LOG = "__consumer_offsets";
    private static final Duration WITHIN = Duration.ofSeconds(60);
    /** Largest version of a key that is an offset commit; higher versions are other entries. */
    private static final short OFFSETS = 1;

    private final String group;
    private final String topic;
    private final Map<Integer, Long> last = new HashMap<>();
    private final Map<Integer, Long> largest = new HashMap<>();

    private OffsetCommits(String group, String topic) {
        this.group = group;
        this.topic = topic;
    }

    /** Largest number of records of a partition in one commit: at most so many were processed and not committed. */
    static long largest(Platform platform, String process, String channel) {
        var commits = new OffsetCommits(platform.topic(process), platform.topic(channel));
        var bytes = new ByteArrayDeserializer();
        try (var consumer = new KafkaConsumer<>(platform.kafkaClient(), bytes, bytes)) {
            var partitions = consumer.partitionsFor(LOG).stream()
                    .map(info -> new TopicPartition(LOG, info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            var ends = consumer.endOffsets(partitions);
            await("end of the commits")
                    .atMost(WITHIN)
                    .pollInterval(Duration.ofMillis(1))
                    .until(() -> {
                        consumer.poll(Duration.ofMillis(200))
                                .forEach(record -> commits.add(ByteBuffer.wrap(record.key()), record.value()));
                        return partitions.stream()
                                .allMatch(partition -> consumer.position(partition) >= ends.get(partition));
                    });
        }
        return commits.largest.values().stream().mapToLong(step -> step).max().orElseThrow();
    }

    /** Decodes {@code OffsetCommitKey} and {@code OffsetCommitValue} of Kafka up to the offset. */
    private void add(ByteBuffer key, byte[] value) {
        if (value == null
                || key.getShort() > OFFSETS
                || !text(key).equals(group)
                || !text(key).equals(topic)) {
            return;
        }
        var partition = key.getInt();
        var offset = ByteBuffer.wrap(value, Short.BYTES, Long.BYTES).getLong();
        var before = last.put(partition, offset);
        largest.merge(partition, offset - (before == null ? 0 : before), Math::max);
    }

    private static String text(ByteBuffer key) {
        var bytes = new byte[key.getShort()];
        key.get(bytes);
        return new String(bytes, UTF_8);
    }
}

package millrace.console.proof;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import millrace.console.call.ConsoleException;
import millrace.console.view.Deployment;
import millrace.events.Channels;
import millrace.events.Checkpoint;
import millrace.events.Json;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads the last checkpoints on the channel, without a consumer group. Whoever may write the channel may have written
 * them: the page checks the signatures.
 */
final class Checkpoints {
    static final int MOST = 40;

    private static final int LONGEST_NOTE = 4096;
    private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(4);
    private static final Duration POLL = Duration.ofMillis(200);

    private final Deployment deployment;

    Checkpoints(Deployment deployment) {
        this.deployment = deployment;
    }

    /**
     * A record of the channel.
     *
     * @param key the size of the log, by the writer's word
     * @param note signed note; empty where the record has none
     */
    record Published(long offset, String key, long timestampMs, String note) {}

    /** The newest first. */
    List<Published> last() {
        try (var consumer = new KafkaConsumer<byte[], byte[]>(properties())) {
            var partition = new TopicPartition(deployment.topic(Channels.AUDIT_CHECKPOINTS.name()), 0);
            var one = List.of(partition);
            consumer.assign(one);
            var begin = consumer.beginningOffsets(one, ANSWERS_WITHIN).get(partition);
            var end = consumer.endOffsets(one, ANSWERS_WITHIN).get(partition);
            consumer.seek(partition, Math.max(begin, end - MOST));
            var last = new ArrayDeque<Published>();
            var deadline = System.nanoTime() + ANSWERS_WITHIN.toNanos();
            while (consumer.position(partition, ANSWERS_WITHIN) < end && System.nanoTime() < deadline) {
                consumer.poll(POLL).forEach(record -> add(last, record));
            }
            return new ArrayList<>(last);
        } catch (KafkaException e) {
            throw new ConsoleException(503, "The checkpoints on the channel cannot be read: " + e.getMessage(), e);
        }
    }

    private Map<String, Object> properties() {
        var properties = new HashMap<>(deployment.kafka());
        properties.put("key.deserializer", ByteArrayDeserializer.class);
        properties.put("value.deserializer", ByteArrayDeserializer.class);
        properties.put("client.id", "console-checkpoints");
        properties.put("enable.auto.commit", false);
        properties.put("max.poll.records", MOST);
        properties.put("fetch.max.bytes", 1024 * 1024);
        properties.put("max.partition.fetch.bytes", 1024 * 1024);
        return properties;
    }

    private static void add(Deque<Published> last, ConsumerRecord<byte[], byte[]> record) {
        last.addFirst(new Published(record.offset(), text(record.key()), record.timestamp(), note(record.value())));
        if (last.size() > MOST) {
            last.removeLast();
        }
    }

    /** Note of a record's value; empty for a tombstone, and for what is no checkpoint. */
    static String note(byte[] value) {
        try {
            var checkpoint = value == null || value.length > LONGEST_NOTE
                    ? null
                    : Json.MAPPER.readValue(value, Checkpoint.class);
            return checkpoint == null || checkpoint.note() == null ? "" : checkpoint.note();
        } catch (IOException notACheckpoint) {
            return "";
        }
    }

    private static String text(byte[] key) {
        return key == null || key.length > 100 ? "" : new String(key, UTF_8);
    }
}

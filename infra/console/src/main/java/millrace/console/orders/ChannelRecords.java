package millrace.console.orders;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import millrace.console.call.ConsoleException;
import millrace.console.view.Deployment;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.utils.Utils;

/** Reads a few records of a channel, with a consumer that has no group and lives for one call. */
final class ChannelRecords {
    private static final Duration ANSWERED_WITHIN = Duration.ofSeconds(5);
    private static final int MOST_FETCHED_BYTES = 1024 * 1024;

    private final Deployment deployment;

    ChannelRecords(Deployment deployment) {
        this.deployment = deployment;
    }

    /** The record at an offset; empty where there is none any more. */
    Optional<ConsumerRecord<byte[], byte[]>> at(String channel, int partition, long offset) {
        return withConsumer(deployment, consumer -> {
            var place = new TopicPartition(deployment.topic(channel), partition);
            var there = Set.of(place);
            var first = consumer.beginningOffsets(there, ANSWERED_WITHIN).get(place);
            var end = consumer.endOffsets(there, ANSWERED_WITHIN).get(place);
            return offset < first || offset >= end
                    ? Optional.empty()
                    : read(consumer, place, offset, offset + 1, record -> true).stream()
                            .findFirst();
        });
    }

    /** The records with a key among the last ones of its partition, in their sequence. */
    List<ConsumerRecord<byte[], byte[]>> latest(String channel, String key, int searched) {
        return withConsumer(deployment, consumer -> {
            var topic = deployment.topic(channel);
            var partitions = consumer.partitionsFor(topic, ANSWERED_WITHIN).size();
            var partition = partitions == 0 ? 0 : Utils.toPositive(Utils.murmur2(key.getBytes(UTF_8))) % partitions;
            var place = new TopicPartition(topic, partition);
            var first =
                    consumer.beginningOffsets(Set.of(place), ANSWERED_WITHIN).get(place);
            var end = consumer.endOffsets(Set.of(place), ANSWERED_WITHIN).get(place);
            return read(
                    consumer,
                    place,
                    Math.max(first, end - searched),
                    end,
                    record -> record.key() != null && new String(record.key(), UTF_8).equals(key));
        });
    }

    /** Reads from one offset up to another, as far as it comes in time, and keeps those that are wanted. */
    private static List<ConsumerRecord<byte[], byte[]>> read(
            Consumer<byte[], byte[]> consumer,
            TopicPartition place,
            long from,
            long end,
            Predicate<ConsumerRecord<byte[], byte[]>> wanted) {
        var records = new ArrayList<ConsumerRecord<byte[], byte[]>>();
        var until = System.nanoTime() + ANSWERED_WITHIN.toNanos();
        consumer.assign(Set.of(place));
        consumer.seek(place, from);
        while (consumer.position(place, ANSWERED_WITHIN) < end && System.nanoTime() < until) {
            for (var record : consumer.poll(Duration.ofMillis(250))) {
                if (record.offset() < end && wanted.test(record)) {
                    records.add(record);
                }
            }
        }
        return records;
    }

    interface ConsumerTask<T> {
        T run(Consumer<byte[], byte[]> consumer);
    }

    /** @throws ConsoleException 503 where the cluster does not answer, or refuses */
    static <T> T withConsumer(Deployment deployment, ConsumerTask<T> task) {
        try (var consumer = open(deployment)) {
            return task.run(consumer);
        } catch (KafkaException e) {
            throw new ConsoleException(503, "The channel cannot be read: " + e.getMessage(), e);
        }
    }

    private static Consumer<byte[], byte[]> open(Deployment deployment) {
        Map<String, Object> properties = new HashMap<>(deployment.kafka());
        properties.keySet().retainAll(ConsumerConfig.configNames());
        properties.remove(ConsumerConfig.GROUP_ID_CONFIG);
        properties.put(ConsumerConfig.CLIENT_ID_CONFIG, "console-orders");
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, MOST_FETCHED_BYTES);
        properties.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, MOST_FETCHED_BYTES / 4);
        properties.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, Math.toIntExact(ANSWERED_WITHIN.toMillis()));
        properties.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, Math.toIntExact(ANSWERED_WITHIN.toMillis()));
        return new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }
}

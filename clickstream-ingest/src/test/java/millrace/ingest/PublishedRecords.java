package millrace.ingest;

import static java.util.stream.Collectors.toMap;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import millrace.events.Channel;
import millrace.events.CloudEvents;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** What is in the log of the platform under test. */
public final class PublishedRecords {
    private PublishedRecords() {}

    /** All that is in a channel now. */
    public static List<ConsumerRecord<String, byte[]>> records(Channel<?, ?> channel) {
        return records(channel, Instant.EPOCH);
    }

    /** What came to a channel in the last two minutes: where other tests write much, a test reads what it has just written. */
    public static List<ConsumerRecord<String, byte[]>> recent(Channel<?, ?> channel) {
        return records(channel, Instant.now().minusSeconds(120));
    }

    /** What came to a channel since then. */
    public static List<ConsumerRecord<String, byte[]>> records(Channel<?, ?> channel, Instant since) {
        var settings = new HashMap<>(EdgePlatformResource.platform.kafkaClient());
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer())) {
            var partitions = consumer.partitionsFor(EdgePlatformResource.platform.topic(channel.name())).stream()
                    .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                    .toList();
            consumer.assign(partitions);
            var ends = consumer.endOffsets(partitions);
            consumer.offsetsForTimes(partitions.stream().collect(toMap(p -> p, p -> since.toEpochMilli())))
                    .forEach((partition, first) ->
                            consumer.seek(partition, first == null ? ends.get(partition) : first.offset()));
            var records = new ArrayList<ConsumerRecord<String, byte[]>>();
            while (!partitions.stream()
                    .collect(toMap(p -> p, consumer::position))
                    .equals(ends)) {
                consumer.poll(Duration.ofMillis(100)).forEach(records::add);
            }
            return records;
        }
    }

    /** Those of one event. */
    public static List<ConsumerRecord<String, byte[]>> records(Channel<?, ?> channel, String eventId) {
        return records(channel, Instant.EPOCH, eventId);
    }

    /** Those of one event that came since then, which is faster where others wrote much before. */
    public static List<ConsumerRecord<String, byte[]>> records(Channel<?, ?> channel, Instant since, String eventId) {
        return records(channel, since).stream()
                .filter(record -> eventId.equals(CloudEvents.text(record.headers(), CloudEvents.ID)))
                .toList();
    }
}

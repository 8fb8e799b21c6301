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

/** Reads the records on the channels of the platform under test. */
public final class PublishedRecords {
    private PublishedRecords() {}

    /** Returns all records of a channel. */
    public static List<ConsumerRecord<String, byte[]>> records(Channel<?, ?> channel) {
        return records(channel, Instant.EPOCH);
    }

    /**
     * Returns the records of the last two minutes of a channel, for tests that read only their own records of a busy
     * channel.
     */
    public static List<ConsumerRecord<String, byte[]>> recent(Channel<?, ?> channel) {
        return records(channel, Instant.now().minusSeconds(120));
    }

    /** Returns the records of a channel since an instant. */
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
            // A poll also returns records that came after the question for the ends, so a position may be beyond its
            // end.
            while (partitions.stream().anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
                consumer.poll(Duration.ofMillis(100)).forEach(records::add);
            }
            return records;
        }
    }

    /** Returns the records of one event. */
    public static List<ConsumerRecord<String, byte[]>> records(Channel<?, ?> channel, String eventId) {
        return records(channel, Instant.EPOCH, eventId);
    }

    /** Returns the records of one event since an instant, which is faster on a busy channel. */
    public static List<ConsumerRecord<String, byte[]>> records(Channel<?, ?> channel, Instant since, String eventId) {
        return records(channel, since).stream()
                .filter(record -> eventId.equals(CloudEvents.text(record.headers(), CloudEvents.ID)))
                .toList();
    }
}

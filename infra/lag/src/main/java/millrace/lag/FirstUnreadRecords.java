package millrace.lag;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Looks up the first committed record at or after an offset, without a consumer group. */
public final class FirstUnreadRecords {
    private static final Duration READ_WITHIN = Duration.ofSeconds(10);
    private static final Duration POLL = Duration.ofMillis(250);

    private FirstUnreadRecords() {}

    /**
     * Result of a look-up.
     *
     * @param offset of the record, or the end of the partition
     * @param age of the record by its timestamp, not negative; empty if there is none before the end
     */
    public record Found(long offset, Optional<Duration> age) {
        /** Time of the append, as of {@link System#nanoTime}. */
        public OptionalLong appendedAtNanos() {
            return age.map(time -> OptionalLong.of(System.nanoTime() - time.toNanos()))
                    .orElse(OptionalLong.empty());
        }

        /** A record without a timestamp, or with one of the future, is as old as the look-up. */
        private static Found of(ConsumerRecord<?, ?> first) {
            var millis = first.timestamp() < 0 ? 0 : System.currentTimeMillis() - first.timestamp();
            return new Found(first.offset(), Optional.of(Duration.ofMillis(Math.max(0, millis))));
        }
    }

    /**
     * Looks up the first record of each partition. One that does not come within 10 s is left out.
     *
     * @param client Kafka client properties
     * @param from offset at which each partition is read
     * @param ends of the partitions, at which the search for a record ends
     */
    public static Map<TopicPartition, Found> lookUp(
            Map<String, ?> client, Map<TopicPartition, Long> from, Map<TopicPartition, Long> ends) {
        var found = new HashMap<TopicPartition, Found>();
        if (from.isEmpty()) {
            return found;
        }
        try (var consumer =
                new KafkaConsumer<>(settings(client), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(from.keySet());
            from.forEach(consumer::seek);
            var deadline = Instant.now().plus(READ_WITHIN);
            while (found.size() < from.size() && Instant.now().isBefore(deadline)) {
                var records = consumer.poll(POLL);
                for (var partition : from.keySet()) {
                    var first = records.records(partition).stream().findFirst();
                    if (first.isPresent()) {
                        found.putIfAbsent(partition, Found.of(first.get()));
                    } else if (consumer.position(partition) >= ends.get(partition)) {
                        found.putIfAbsent(partition, new Found(ends.get(partition), Optional.empty()));
                    }
                }
                consumer.pause(List.copyOf(found.keySet()));
            }
        }
        return found;
    }

    private static Map<String, Object> settings(Map<String, ?> client) {
        var settings = new HashMap<String, Object>(client);
        settings.keySet().retainAll(ConsumerConfig.configNames());
        settings.remove("group.id");
        settings.put("enable.auto.commit", false);
        settings.put("auto.offset.reset", "earliest");
        settings.put("isolation.level", "read_committed");
        settings.put("allow.auto.create.topics", false);
        settings.put("max.partition.fetch.bytes", 65_536);
        settings.put("default.api.timeout.ms", (int) READ_WITHIN.toMillis());
        settings.put("request.timeout.ms", (int) READ_WITHIN.toMillis());
        return settings;
    }
}

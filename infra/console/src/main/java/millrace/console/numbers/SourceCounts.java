package millrace.console.numbers;

import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import millrace.channels.ClusterException;
import millrace.channels.KafkaAnswers;
import millrace.console.call.ConsoleException;
import millrace.console.view.Deployment;
import millrace.events.Channel;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts the records of a channel by their source, from the first record that Kafka keeps on. It reads on at each call,
 * and only where there is something new; a call takes 2 s at most.
 */
final class SourceCounts<V> {
    private static final Logger LOG = LoggerFactory.getLogger(SourceCounts.class);
    private static final Duration READ_WITHIN = Duration.ofSeconds(2);
    private static final int MOST_SOURCES = 1_000;
    private static final int LONGEST_SOURCE = 200;

    private final Deployment deployment;
    private final Channel<String, V> channel;
    private final Function<V, String> source;
    private final Consumer<V> reader;
    private final Runnable restarted;
    private final Map<TopicPartition, Long> next = new HashMap<>();
    private final Map<String, Long> bySource = new LinkedHashMap<>();
    private long total;
    private boolean caughtUp;

    /**
     * @param reader gets each record, too
     * @param restarted runs where counting begins anew, because the topic was made anew
     */
    SourceCounts(
            Deployment deployment,
            Channel<String, V> channel,
            Function<V, String> source,
            Consumer<V> reader,
            Runnable restarted) {
        this.deployment = deployment;
        this.channel = channel;
        this.source = source;
        this.reader = reader;
        this.restarted = restarted;
    }

    /** Counts what has come since the last call. */
    synchronized void read() {
        try {
            var ends = offsets(OffsetSpec.latest());
            if (!next.keySet().equals(ends.keySet()) || isReset(ends)) {
                restart(offsets(OffsetSpec.earliest()));
            }
            caughtUp = ends.equals(next);
            if (!caughtUp) {
                read(ends);
            }
        } catch (ClusterException | KafkaException e) {
            throw new ConsoleException(503, channel.name() + " cannot be read: " + e.getMessage(), e);
        }
    }

    synchronized long total() {
        return total;
    }

    /** False while older records are still to be counted. */
    synchronized boolean isCaughtUp() {
        return caughtUp && bySource.size() < MOST_SOURCES;
    }

    /** Number of records whose source is an import of that name. */
    synchronized long ofImport(String name) {
        return bySource.entrySet().stream()
                .filter(count -> count.getKey().endsWith("/" + name))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    private boolean isReset(Map<TopicPartition, Long> ends) {
        return ends.entrySet().stream().anyMatch(end -> next.get(end.getKey()) > end.getValue());
    }

    private void restart(Map<TopicPartition, Long> begins) {
        next.clear();
        next.putAll(begins);
        bySource.clear();
        total = 0;
        restarted.run();
    }

    private Map<TopicPartition, Long> offsets(OffsetSpec spec) {
        var topic = deployment.topic(channel.name());
        var partitions = KafkaAnswers.of(
                        deployment.admin().describeTopics(List.of(topic)).allTopicNames())
                .get(topic)
                .partitions();
        var asked = new HashMap<TopicPartition, OffsetSpec>();
        partitions.forEach(partition -> asked.put(new TopicPartition(topic, partition.partition()), spec));
        var offsets = new HashMap<TopicPartition, Long>();
        KafkaAnswers.of(deployment
                        .admin()
                        .listOffsets(asked, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
                        .all())
                .forEach((partition, offset) -> offsets.put(partition, offset.offset()));
        return offsets;
    }

    private void read(Map<TopicPartition, Long> ends) {
        var properties = new HashMap<>(deployment.kafka());
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, 1024 * 1024);
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        var until = System.nanoTime() + READ_WITHIN.toNanos();
        try (var consumer = new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(next.keySet());
            next.forEach(consumer::seek);
            while (!caughtUp && System.nanoTime() < until) {
                consumer.poll(Duration.ofMillis(200)).forEach(record -> count(record.value()));
                next.replaceAll((partition, offset) -> consumer.position(partition));
                caughtUp = ends.entrySet().stream().allMatch(end -> next.get(end.getKey()) >= end.getValue());
            }
        }
    }

    /** Counts a record; a tombstone, and one that is no such event, counts nowhere and stops nothing. */
    void count(byte[] bytes) {
        try {
            var value = channel.value().deserializer().deserialize(channel.name(), bytes);
            if (value != null) {
                count(value);
            }
        } catch (SerializationException e) {
            LOG.debug("A record of {} is no such event", channel.name(), e);
        }
    }

    private void count(V value) {
        total++;
        var name = shortened(String.valueOf(source.apply(value)));
        if (bySource.containsKey(name) || bySource.size() < MOST_SOURCES) {
            bySource.merge(name, 1L, Long::sum);
        }
        reader.accept(value);
    }

    private static String shortened(String name) {
        return name.length() <= LONGEST_SOURCE ? name : name.substring(0, LONGEST_SOURCE);
    }
}

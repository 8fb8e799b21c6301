package millrace.audit.ledger;

import static java.util.stream.Collectors.toMap;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import millrace.audit.KafkaClients;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/** Reads the committed records of channels in a range of time, up to the end offsets at the start. Joins no group. */
final class ChannelScan implements AutoCloseable {
    /** Limit for all reads of a ledger; a million records take some seconds. */
    private static final Duration WITHIN = Duration.ofSeconds(60);

    private static final Duration POLL = Duration.ofMillis(250);
    /** Bound for the difference of writers' clocks and for the delay of a record. */
    static final Duration DISORDER = Duration.ofMinutes(5);
    /** A partition ends after so many consecutive records beyond the range: a single record may have any timestamp. */
    private static final int BEYOND = 1_000;

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final String prefix;
    private final long deadline = System.nanoTime() + WITHIN.toNanos();

    ChannelScan(Map<String, Object> broker, String prefix) {
        this.consumer = KafkaClients.reader(broker, Map.of("client.id", prefix + "ledger", "max.poll.records", 10_000));
        this.prefix = prefix;
    }

    /** The channel of a topic: its name without the platform's prefix. */
    String channel(String topic) {
        return topic.substring(prefix.length());
    }

    /**
     * Reads up to the current end offsets, or until all records are later than the range.
     *
     * @return partitions whose first record is in the range: retention may have removed earlier records of it
     * @throws QueryTooLarge if it takes longer than 60 s together with earlier reads
     */
    Set<TopicPartition> read(
            Collection<String> channels, Instant from, Instant to, Consumer<ConsumerRecord<byte[], byte[]>> reader) {
        var ends = consumer.endOffsets(partitions(channels));
        consumer.assign(ends.keySet());
        consumer.resume(ends.keySet()); // Partitions of the previous read are still assigned and paused.
        var cut = begin(ends, from);
        var late = to.plus(DISORDER).toEpochMilli();
        var beyond = new HashMap<TopicPartition, Integer>();
        while (!pauseAtEnd(ends, beyond).isEmpty()) {
            if (System.nanoTime() - deadline > 0) {
                throw new QueryTooLarge(
                        "The records from %s to %s could not be read within %d s: ask for a shorter time."
                                .formatted(from, to, WITHIN.toSeconds()));
            }
            for (var record : consumer.poll(POLL)) {
                var partition = new TopicPartition(record.topic(), record.partition());
                beyond.merge(partition, 1, (count, one) -> record.timestamp() < late ? 0 : count + 1);
                if (record.offset() < ends.get(partition)) {
                    reader.accept(record);
                }
            }
        }
        return cut;
    }

    @Override
    public void close() {
        consumer.close();
    }

    private List<TopicPartition> partitions(Collection<String> channels) {
        return channels.stream()
                .flatMap(channel -> consumer.partitionsFor(prefix + channel).stream())
                .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                .toList();
    }

    private Set<TopicPartition> begin(Map<TopicPartition, Long> ends, Instant from) {
        var first = consumer.offsetsForTimes(
                ends.keySet().stream().collect(toMap(partition -> partition, partition -> from.toEpochMilli())));
        var beginnings = consumer.beginningOffsets(ends.keySet());
        var cut = new HashSet<TopicPartition>();
        for (var partition : ends.keySet()) {
            var found = first.get(partition);
            var offset = found == null ? ends.get(partition) : found.offset();
            consumer.seek(partition, offset);
            if (beginnings.get(partition) > 0 && beginnings.get(partition) >= offset) {
                cut.add(partition);
            }
        }
        return cut;
    }

    /** Compares positions, which also count offsets without a record, such as transaction markers. */
    private Set<TopicPartition> pauseAtEnd(Map<TopicPartition, Long> ends, Map<TopicPartition, Integer> beyond) {
        var open = new HashSet<>(consumer.assignment());
        open.removeIf(partition ->
                consumer.position(partition) >= ends.get(partition) || beyond.getOrDefault(partition, 0) >= BEYOND);
        var done = new HashSet<>(consumer.assignment());
        done.removeAll(open);
        consumer.pause(done);
        return open;
    }
}

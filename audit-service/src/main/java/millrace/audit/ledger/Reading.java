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
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads channels from one time to another: committed records, and none that comes while it reads. Joins no group. */
final class Reading implements AutoCloseable {
    /** For all that is read. A million records take some seconds. */
    private static final Duration WITHIN = Duration.ofSeconds(60);

    private static final Duration POLL = Duration.ofMillis(250);
    /** Two writers' clocks may be so far apart, and a record so long on its way. */
    static final Duration DISORDER = Duration.ofMinutes(5);
    /** So many in a row beyond the end are believed: a single record may have any timestamp. */
    private static final int BEYOND = 1_000;

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final String prefix;
    private final long deadline = System.nanoTime() + WITHIN.toNanos();

    Reading(Map<String, Object> broker, String prefix) {
        var settings = new HashMap<>(broker);
        settings.keySet().retainAll(ConsumerConfig.configNames());
        settings.remove("group.id");
        settings.put("client.id", prefix + "ledger");
        settings.put("auto.offset.reset", "earliest");
        settings.put("enable.auto.commit", false);
        settings.put("isolation.level", "read_committed");
        settings.put("allow.auto.create.topics", false);
        settings.put("max.poll.records", 10_000);
        this.consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        this.prefix = prefix;
    }

    /** A channel's name without the platform's prefix. */
    String channel(String topic) {
        return topic.substring(prefix.length());
    }

    /**
     * Reads to where the channels end now, or to where everything is later than asked for.
     *
     * @return partitions that begin where this began: retention may have removed earlier ones of the same time
     * @throws TooMuch where it takes too long
     */
    Set<TopicPartition> read(
            Collection<String> channels, Instant from, Instant to, Consumer<ConsumerRecord<byte[], byte[]>> reader) {
        var ends = consumer.endOffsets(partitions(channels));
        consumer.assign(ends.keySet());
        consumer.resume(ends.keySet()); // Those of the reading before are still assigned, and paused at their end.
        var cut = begin(ends, from);
        var late = to.plus(DISORDER).toEpochMilli();
        var beyond = new HashMap<TopicPartition, Integer>();
        while (!pauseAtEnd(ends, beyond).isEmpty()) {
            if (System.nanoTime() - deadline > 0) {
                throw new TooMuch("The records from %s to %s could not be read within %d s: ask for a shorter time."
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

    /** The position counts what has an offset and is no record: the marks at the ends of transactions. */
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

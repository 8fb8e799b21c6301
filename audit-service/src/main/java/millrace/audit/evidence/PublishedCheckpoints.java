package millrace.audit.evidence;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import millrace.audit.KafkaClients;
import millrace.audit.evidence.tree.TreeHead;
import millrace.events.Channels;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TimeoutException;

/** Reads {@code audit-checkpoints}, the part of the archive that is out of the database's reach. */
final class PublishedCheckpoints implements AutoCloseable {
    /** A day of checkpoints: so many records at the end of the channel are looked through for the latest one. */
    private static final int RECENT = 10_000;

    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(30);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final ArchiveIdentity identity;

    /** @param broker properties of a Kafka client */
    PublishedCheckpoints(Map<String, Object> broker, ArchiveIdentity identity) {
        this.consumer = KafkaClients.reader(broker, Map.of());
        this.identity = identity;
    }

    /**
     * A record of the channel.
     *
     * @param head what it says; empty unless it is a checkpoint of this archive that one of the keys has signed
     */
    record Published(String note, Optional<TreeHead> head, long offset) {}

    /** Takes the records of the channel in order. */
    interface Reader<E extends Exception> {
        /** @return whether to go on */
        boolean take(Published published) throws E;
    }

    /**
     * The checkpoint of the largest log among the last 10,000 records; if none of those counts, among those before.
     *
     * @param counts tells a genuine checkpoint that counts
     * @throws KafkaException if the brokers do not answer
     */
    Optional<Published> latest(Predicate<TreeHead> counts) {
        var partitions = partitions();
        var ends = consumer.endOffsets(partitions);
        var begins = consumer.beginningOffsets(partitions);
        var from = new HashMap<>(ends);
        while (partitions.stream().anyMatch(one -> from.get(one) > begins.get(one))) {
            var to = Map.copyOf(from);
            from.replaceAll((partition, offset) -> Math.max(begins.get(partition), offset - RECENT));
            var found = new ArrayList<Published>();
            read(from, to, published -> {
                published.head().filter(counts).ifPresent(head -> found.add(published));
                return true;
            });
            var latest = found.stream()
                    .max(Comparator.comparingLong(
                            one -> one.head().orElseThrow().size()));
            if (latest.isPresent()) {
                return latest;
            }
        }
        return Optional.empty();
    }

    /**
     * Reads the channel from a time on to where it ends now.
     *
     * @throws KafkaException if the brokers do not answer
     */
    <E extends Exception> void read(Instant since, Reader<E> reader) throws E {
        var partitions = partitions();
        var ends = consumer.endOffsets(partitions);
        var from = new HashMap<TopicPartition, Long>();
        if (since.isAfter(Instant.EPOCH)) {
            var times =
                    partitions.stream().collect(Collectors.toMap(partition -> partition, one -> since.toEpochMilli()));
            consumer.offsetsForTimes(times)
                    .forEach((partition, found) ->
                            from.put(partition, found == null ? ends.get(partition) : found.offset()));
        } else {
            from.putAll(consumer.beginningOffsets(partitions));
        }
        read(from, ends, reader);
    }

    @Override
    public void close() {
        consumer.close();
    }

    private <E extends Exception> void read(
            Map<TopicPartition, Long> from, Map<TopicPartition, Long> to, Reader<E> reader) throws E {
        consumer.assign(to.keySet());
        from.forEach(consumer::seek);
        var deadline = System.nanoTime() + ANSWERS_WITHIN.toNanos();
        while (to.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            var records = consumer.poll(POLL);
            if (!records.isEmpty()) {
                deadline = System.nanoTime() + ANSWERS_WITHIN.toNanos();
            } else if (System.nanoTime() - deadline > 0) {
                throw new TimeoutException("Kafka does not give audit-checkpoints within " + ANSWERS_WITHIN);
            }
            for (var record : records) {
                var isBefore = record.offset() < to.get(new TopicPartition(record.topic(), record.partition()));
                if (isBefore && record.value() != null && !reader.take(published(record))) {
                    return;
                }
            }
        }
    }

    private Published published(ConsumerRecord<byte[], byte[]> record) {
        try {
            var read = Channels.AUDIT_CHECKPOINTS.value().deserializer().deserialize("", record.value());
            if (read != null && read.note() != null) {
                return new Published(read.note(), identity.open(read.note()), record.offset());
            }
        } catch (SerializationException notACheckpoint) {
            // Returned as a record without a signature, which a verification reports.
        }
        return new Published(new String(record.value(), UTF_8), Optional.empty(), record.offset());
    }

    private List<TopicPartition> partitions() {
        var topic = identity.prefix() + Channels.AUDIT_CHECKPOINTS.name();
        return Optional.ofNullable(consumer.partitionsFor(topic)).stream()
                .flatMap(Collection::stream)
                .map(info -> new TopicPartition(topic, info.partition()))
                .toList();
    }
}

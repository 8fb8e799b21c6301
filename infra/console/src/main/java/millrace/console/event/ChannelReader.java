package millrace.console.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.toMap;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import millrace.console.call.ConsoleException;
import millrace.console.view.Deployment;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.utils.Utils;

/** Reads channels without a consumer group. For one thread. */
final class ChannelReader implements AutoCloseable {
    /** Of one search, in each partition: the newest so many of the span are read. */
    static final int MOST_READ = 20_000;

    private static final Duration FOUND_WITHIN = Duration.ofSeconds(8);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final int ANSWERS_WITHIN_MS = 5_000;
    /** The next question to the broker would wait behind a fetch that waits for records. */
    private static final int FETCH_WAITS_MS = 20;

    private static final int LARGEST_FETCH = 256 * 1024;

    private final Deployment deployment;
    private final BooleanSupplier isStopped;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Map<TopicPartition, Long> liveFrom = new HashMap<>();

    /** @param isStopped whether nobody waits any more for what is searched */
    ChannelReader(Deployment deployment, BooleanSupplier isStopped) {
        this.deployment = deployment;
        this.isStopped = isStopped;
        var settings = new HashMap<>(deployment.kafka());
        settings.keySet().retainAll(ConsumerConfig.configNames());
        settings.remove(ConsumerConfig.GROUP_ID_CONFIG);
        settings.put(ConsumerConfig.CLIENT_ID_CONFIG, "console-event");
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        settings.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, LARGEST_FETCH);
        settings.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, 4 * LARGEST_FETCH);
        settings.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, FETCH_WAITS_MS);
        settings.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, ANSWERS_WITHIN_MS);
        settings.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, ANSWERS_WITHIN_MS);
        consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /** All partitions of a channel; none where it has no topic, or this client may not read it. */
    List<TopicPartition> partitions(String channel) {
        try {
            return consumer.partitionsFor(deployment.topic(channel)).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
        } catch (AuthorizationException | UnknownTopicOrPartitionException e) {
            return List.of();
        }
    }

    /** The partition of a key, by the hash of Kafka's producers. */
    List<TopicPartition> partitionOf(String channel, String key) {
        var all = partitions(channel);
        return all.isEmpty()
                ? all
                : List.of(all.get(0)).stream()
                        .map(one -> new TopicPartition(one.topic(), partition(key, all.size())))
                        .toList();
    }

    static int partition(String key, int partitions) {
        return Utils.toPositive(Utils.murmur2(key.getBytes(UTF_8))) % partitions;
    }

    /** Takes where the partitions end now: a record from there on is one that comes while it is waited for. */
    void markLive(Collection<TopicPartition> partitions) {
        consumer.endOffsets(partitions).forEach(liveFrom::putIfAbsent);
    }

    /**
     * Begins to read partitions at the first record of a time, or where they end, together with those it reads already.
     *
     * @param since timestamp of the first record
     */
    void follow(Collection<TopicPartition> partitions, Instant since) {
        markLive(partitions);
        var assigned = new HashSet<>(consumer.assignment());
        var added = partitions.stream().filter(one -> !assigned.contains(one)).toList();
        assigned.addAll(added);
        consumer.assign(assigned);
        starts(added, since).forEach(consumer::seek);
    }

    /** Reads no more of them. */
    void leave(Collection<TopicPartition> partitions) {
        var rest = new HashSet<>(consumer.assignment());
        rest.removeAll(Set.copyOf(partitions));
        consumer.assign(rest);
    }

    void leaveAll() {
        consumer.unsubscribe();
    }

    /** Skips to the last record of a partition. */
    void skipToLast(TopicPartition partition) {
        consumer.seek(partition, Math.max(consumer.position(partition), end(partition) - 1));
    }

    List<SeenRecord> poll() {
        var records = new ArrayList<SeenRecord>();
        var polled = consumer.poll(POLL);
        var now = Instant.now();
        for (var record : polled) {
            records.add(seen(record, now));
        }
        return records;
    }

    /**
     * Searches partitions up to where they end now, the newest {@link #MOST_READ} records of each at most.
     *
     * @return the last matches, the oldest first
     * @throws ConsoleException 504 if it takes too long
     */
    List<SeenRecord> find(
            Collection<TopicPartition> partitions, Instant since, int most, Predicate<SeenRecord> wanted) {
        if (partitions.isEmpty()) {
            return List.of();
        }
        var ends = consumer.endOffsets(partitions);
        consumer.assign(partitions);
        starts(partitions, since)
                .forEach((partition, offset) ->
                        consumer.seek(partition, Math.max(offset, ends.get(partition) - MOST_READ)));
        var found = new ArrayList<SeenRecord>();
        var deadline = System.nanoTime() + FOUND_WITHIN.toNanos();
        while (partitions.stream().anyMatch(one -> consumer.position(one) < ends.get(one))) {
            if (isStopped.getAsBoolean()) {
                throw new ConsoleException(410, "Other events are followed since: search for it again.");
            }
            if (System.nanoTime() - deadline > 0) {
                throw new ConsoleException(
                        504, "Kafka does not give the records within " + FOUND_WITHIN.toSeconds() + " s.");
            }
            for (var record : consumer.poll(POLL)) {
                var seen = SeenRecord.of(channel(record), record, Optional.empty());
                if (wanted.test(seen)) {
                    found.add(seen);
                    if (found.size() > most) {
                        found.removeFirst();
                    }
                }
            }
        }
        consumer.unsubscribe();
        found.sort(Comparator.comparing(SeenRecord::at));
        return found;
    }

    /** The record at an offset; empty where it is not there, or not any more. */
    Optional<SeenRecord> at(String channel, int partition, long offset) {
        var place = new TopicPartition(deployment.topic(channel), partition);
        if (!partitions(channel).contains(place)
                || offset >= end(place)
                || offset < consumer.beginningOffsets(List.of(place)).get(place)) {
            return Optional.empty();
        }
        consumer.assign(List.of(place));
        consumer.seek(place, offset);
        var deadline = System.nanoTime() + FOUND_WITHIN.toNanos();
        var found = Optional.<SeenRecord>empty();
        while (found.isEmpty() && consumer.position(place) <= offset && System.nanoTime() - deadline < 0) {
            found = consumer.poll(POLL).records(place).stream()
                    .filter(record -> record.offset() == offset)
                    .findFirst()
                    .map(record -> SeenRecord.of(channel, record, Optional.empty()));
        }
        consumer.unsubscribe();
        return found;
    }

    @Override
    public void close() {
        consumer.close(CloseOptions.timeout(Duration.ofSeconds(1)));
    }

    private long end(TopicPartition partition) {
        return consumer.endOffsets(List.of(partition)).get(partition);
    }

    private Map<TopicPartition, Long> starts(Collection<TopicPartition> partitions, Instant since) {
        var times = partitions.stream().collect(toMap(one -> one, one -> since.toEpochMilli()));
        var ends = consumer.endOffsets(partitions);
        var starts = new HashMap<TopicPartition, Long>();
        consumer.offsetsForTimes(times)
                .forEach((partition, found) ->
                        starts.put(partition, found == null ? ends.get(partition) : found.offset()));
        return starts;
    }

    private SeenRecord seen(ConsumerRecord<byte[], byte[]> record, Instant now) {
        var from = liveFrom.get(new TopicPartition(record.topic(), record.partition()));
        var isLive = from != null && record.offset() >= from;
        return SeenRecord.of(channel(record), record, isLive ? Optional.of(now) : Optional.empty());
    }

    private String channel(ConsumerRecord<?, ?> record) {
        return record.topic().substring(deployment.prefix().length());
    }
}

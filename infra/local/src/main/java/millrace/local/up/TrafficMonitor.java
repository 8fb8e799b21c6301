package millrace.local.up;

import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import millrace.events.Catalogue;
import millrace.events.Channels;
import millrace.events.GenerationNames;
import millrace.lag.GroupLag;
import millrace.local.Platform;
import millrace.local.Procfile;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;

/** Counts the records of the channels and the lag of their consumers, as the broker reports them. */
final class TrafficMonitor implements AutoCloseable {
    private static final int ANSWER_WITHIN_SECONDS = 3;
    private static final Duration STALE_AFTER = Duration.ofSeconds(15);

    private final Platform platform;
    private final Map<String, List<String>> consumers;
    private final Admin admin;
    /** By the name of the group. */
    private final Map<String, GroupLag> groupLags = new HashMap<>();

    TrafficMonitor(Platform platform, Procfile procfile) {
        this.platform = platform;
        this.consumers = procfile.consumers();
        this.admin = Admin.create(platform.kafkaClient());
    }

    /**
     * Counts of one moment.
     *
     * @param events ever accepted by the edge
     * @param orders changes of orders ever published
     * @param lags of each consumer
     */
    record Counts(long events, long orders, Map<String, Lag> lags) {}

    /**
     * How far a consumer is behind.
     *
     * @param records that it has yet to read
     * @param seconds age of the oldest of them, or time since the start of this monitor if it is older
     */
    record Lag(long records, double seconds) {
        static final Lag NONE = new Lag(0, 0);
    }

    /** @throws TimeoutException if the broker does not answer */
    Counts count() throws TimeoutException, ExecutionException, InterruptedException {
        var now = System.nanoTime();
        var ends = ends();
        var groups = answer(admin.listGroups().valid()).stream()
                .map(GroupListing::groupId)
                .filter(group -> consumers.keySet().stream().anyMatch(consumer -> isOf(group, consumer)))
                .collect(Collectors.toMap(Function.identity(), group -> new ListConsumerGroupOffsetsSpec()));
        var positions = answer(admin.listConsumerGroupOffsets(groups).all());
        var lags = new LinkedHashMap<String, Lag>();
        consumers.keySet().forEach(consumer -> lags.put(consumer, lag(consumer, now, ends, positions)));
        return new Counts(
                sum(ends, Channels.CLICKS.name()) + sum(ends, Channels.TRANSACTIONS.name()),
                sum(ends, Channels.ORDERS.name()),
                lags);
    }

    @Override
    public void close() {
        admin.close();
    }

    private Map<TopicPartition, Long> ends() throws TimeoutException, ExecutionException, InterruptedException {
        var partitions = Catalogue.channels().stream()
                .flatMap(channel -> IntStream.range(0, channel.partitions())
                        .mapToObj(partition -> new TopicPartition(platform.topic(channel.name()), partition)))
                .collect(Collectors.toMap(Function.identity(), partition -> OffsetSpec.latest()));
        return answer(admin.listOffsets(partitions).all()).entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, end -> end.getValue().offset()));
    }

    private long sum(Map<TopicPartition, Long> ends, String channel) {
        return ends.entrySet().stream()
                .filter(end -> end.getKey().topic().equals(platform.topic(channel)))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    /**
     * Lag of the consumer's generation that is nearest to the end, which is the live one: others are being rebuilt, or
     * were replaced.
     */
    private Lag lag(
            String consumer,
            long now,
            Map<TopicPartition, Long> ends,
            Map<String, Map<TopicPartition, OffsetAndMetadata>> positions) {
        return positions.entrySet().stream()
                .filter(group -> isOf(group.getKey(), consumer))
                .map(group -> groupLag(consumer, group.getKey(), now, ends, group.getValue()))
                .min(Comparator.comparing(Lag::records))
                .orElseGet(() -> groupLag(consumer, platform.topic(consumer), now, ends, Map.of()));
    }

    private boolean isOf(String group, String consumer) {
        return group.matches(Pattern.quote(platform.topic(consumer)) + "(" + GenerationNames.SUFFIX + ")?");
    }

    /** Sums the lag of one group; a partition without a committed offset counts from offset 0. */
    private Lag groupLag(
            String consumer,
            String group,
            long now,
            Map<TopicPartition, Long> ends,
            Map<TopicPartition, OffsetAndMetadata> positions) {
        var topics = consumers.get(consumer).stream().map(platform::topic).toList();
        var committed = ends.keySet().stream()
                .filter(partition -> topics.contains(partition.topic()))
                .collect(Collectors.toMap(
                        Function.identity(),
                        partition -> Optional.ofNullable(positions.get(partition))
                                .map(OffsetAndMetadata::offset)
                                .orElse(0L)));
        var lag = groupLags.computeIfAbsent(group, added -> new GroupLag(now, STALE_AFTER));
        lag.observe(new GroupLag.Observation(now, committed, ends));
        return topics.stream()
                .map(topic -> new Lag((long) lag.records(topic), lag.seconds(topic, now)))
                .reduce(Lag.NONE, TrafficMonitor::together);
    }

    private static Lag together(Lag one, Lag other) {
        return new Lag(one.records() + other.records(), Math.max(one.seconds(), other.seconds()));
    }

    private static <T> T answer(KafkaFuture<T> future)
            throws TimeoutException, ExecutionException, InterruptedException {
        return future.get(ANSWER_WITHIN_SECONDS, TimeUnit.SECONDS);
    }
}

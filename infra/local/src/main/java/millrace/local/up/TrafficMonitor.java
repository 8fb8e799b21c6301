package millrace.local.up;

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
import millrace.local.EmbeddedPlatform;
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

    private final EmbeddedPlatform platform;
    private final Map<String, List<String>> consumers;
    private final Admin admin;

    TrafficMonitor(EmbeddedPlatform platform, Procfile procfile) {
        this.platform = platform;
        this.consumers = procfile.consumers();
        this.admin = Admin.create(platform.kafkaClient());
    }

    /**
     * Counts of one moment.
     *
     * @param events ever accepted by the edge
     * @param orders changes of orders ever published
     * @param lags records that each consumer has yet to read
     */
    record Counts(long events, long orders, Map<String, Long> lags) {}

    /** @throws TimeoutException if the broker does not answer */
    Counts count() throws TimeoutException, ExecutionException, InterruptedException {
        var ends = ends();
        var groups = answer(admin.listGroups().valid()).stream()
                .map(GroupListing::groupId)
                .filter(group -> consumers.keySet().stream().anyMatch(consumer -> isOf(group, consumer)))
                .collect(Collectors.toMap(Function.identity(), group -> new ListConsumerGroupOffsetsSpec()));
        var positions = answer(admin.listConsumerGroupOffsets(groups).all());
        var lags = new LinkedHashMap<String, Long>();
        consumers.keySet().forEach(consumer -> lags.put(consumer, lag(consumer, ends, positions)));
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
    private long lag(
            String consumer,
            Map<TopicPartition, Long> ends,
            Map<String, Map<TopicPartition, OffsetAndMetadata>> positions) {
        return positions.entrySet().stream()
                .filter(group -> isOf(group.getKey(), consumer))
                .mapToLong(group -> groupLag(consumer, ends, group.getValue()))
                .min()
                .orElseGet(() -> groupLag(consumer, ends, Map.of()));
    }

    private boolean isOf(String group, String consumer) {
        return group.matches(Pattern.quote(platform.topic(consumer)) + "(" + GenerationNames.SUFFIX + ")?");
    }

    /** Sums the lag of one group; a partition without a committed offset counts from offset 0. */
    private long groupLag(
            String consumer, Map<TopicPartition, Long> ends, Map<TopicPartition, OffsetAndMetadata> positions) {
        var topics = consumers.get(consumer).stream().map(platform::topic).toList();
        return ends.entrySet().stream()
                .filter(end -> topics.contains(end.getKey().topic()))
                .mapToLong(end -> end.getValue()
                        - Optional.ofNullable(positions.get(end.getKey()))
                                .map(OffsetAndMetadata::offset)
                                .orElse(0L))
                .map(lag -> Math.max(0, lag))
                .sum();
    }

    private static <T> T answer(KafkaFuture<T> future)
            throws TimeoutException, ExecutionException, InterruptedException {
        return future.get(ANSWER_WITHIN_SECONDS, TimeUnit.SECONDS);
    }
}

package millrace.analytics.rebuild;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import millrace.analytics.rebuild.CompactedView.LastValue;
import millrace.events.Channel;
import millrace.generation.KafkaAdmin;
import millrace.generation.PartitionReader;
import millrace.generation.Pause;
import millrace.generation.RebuildException;
import millrace.generation.RecordPublisher;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Serdes;

/**
 * Fence between two generations of a Kafka Streams job, by the records on the channels of its effects: the successor
 * does not repeat what the live generation has published, and publishes what only its own topic holds.
 *
 * @param client Kafka client properties
 */
record EffectsFence(Map<String, ?> client, PartitionReader reader, KafkaAdmin admin) {
    /** The broker aborts the open transaction of a killed process after ten seconds, the timeout of Kafka Streams. */
    private static final Duration TRANSACTION_ENDS_WITHIN = Duration.ofSeconds(60);

    private static final Duration CHECK_EVERY = Duration.ofMillis(200);

    /** Effects as they are, of any channel. */
    private static final Channel<byte[], byte[]> BYTES =
            new Channel<>("effects", Serdes.ByteArray(), Serdes.ByteArray());

    /** A partition of a channel, and the same partition of a generation's own topic. */
    private record EffectPartition(ChannelPair pair, TopicPartition channel, TopicPartition own) {}

    private static Stream<EffectPartition> partitions(List<ChannelPair> pairs) {
        return pairs.stream()
                .flatMap(pair -> IntStream.range(0, pair.channel().partitions())
                        .mapToObj(number -> new EffectPartition(pair, pair.live(number), pair.shadow(number))));
    }

    /**
     * Returns the number of keys whose last value on the live channel differs from that on the successor's own topic.
     */
    long missingInSuccessor(List<ChannelPair> effects) {
        return partitions(effects).mapToLong(this::missingInSuccessor).sum();
    }

    private long missingInSuccessor(EffectPartition partition) {
        var fence = FenceRecord.of(reader, partition.own());
        var passes = CompactedView.passes(reader, partition.channel(), partition.own());
        var missingInSuccessor = 0L;
        for (var pass = 0; pass < passes; pass++) {
            var published = CompactedView.read(reader, partition.channel(), fence.liveFrom(), pass, passes);
            var own = CompactedView.read(reader, partition.own(), fence.ownFrom(), pass, passes);
            missingInSuccessor += published.entrySet().stream()
                    .filter(row -> !Objects.equals(row.getValue().value(), value(own.get(row.getKey()))))
                    .count();
        }
        return missingInSuccessor;
    }

    /** Returns true if a generation has been replaced by that successor. */
    boolean isClosed(List<ChannelPair> own, int successor) {
        return partitions(own)
                .allMatch(partition ->
                        Objects.equals(FenceRecord.of(reader, partition.own()).closedFor(), successor));
    }

    /** Reopens the topics of a generation that was replaced, so that it is rebuilt from where it stopped. */
    void reopen(List<ChannelPair> own) {
        publish(partitions(own).flatMap(partition -> {
            var fence = FenceRecord.of(reader, partition.own());
            return fence.closedFor() == null
                    ? Stream.empty()
                    : Stream.of(fenceRecord(partition, Optional.empty(), fence.liveFrom()));
        }));
    }

    /**
     * Publishes the effects that only the successor has, then closes the old generation's own topic.
     *
     * @return number of published records
     */
    long close(List<ChannelPair> effects, List<ChannelPair> ofOld, int successor) {
        var count = 0L;
        for (var partition : partitions(effects).toList()) {
            awaitNoOpenTransaction(partition);
            count += publish(unpublished(partition));
        }
        publish(partitions(ofOld)
                .map(partition -> fenceRecord(partition, Optional.of(successor), reader.end(partition.channel()))));
        return count;
    }

    /**
     * Returns the effects that only the successor has. One that is missing on the channel, and so old that retention may
     * have removed it there, counts as published.
     */
    private Stream<ProducerRecord<byte[], byte[]>> unpublished(EffectPartition partition) {
        var fence = FenceRecord.of(reader, partition.own());
        var retainedFrom =
                partition.pair().retainedFrom(System.currentTimeMillis()).orElse(Long.MIN_VALUE);
        var passes = CompactedView.passes(reader, partition.channel(), partition.own());
        var keys = new TreeSet<TruncatedHash>();
        for (var pass = 0; pass < passes; pass++) {
            var published = CompactedView.read(reader, partition.channel(), 0, pass, passes);
            CompactedView.read(reader, partition.own(), fence.ownFrom(), pass, passes)
                    .forEach((key, own) -> {
                        var last = published.get(key);
                        var isExpired = last == null && own.timestamp() < retainedFrom;
                        if (!isExpired && !Objects.equals(own.value(), value(last))) {
                            keys.add(key);
                        }
                    });
        }
        return keys.isEmpty()
                ? Stream.empty()
                : CompactedView.records(reader, partition.own(), fence.ownFrom(), keys).stream()
                        .map(effect -> record(partition.channel(), effect.key(), effect.value()));
    }

    private void awaitNoOpenTransaction(EffectPartition partition) {
        var end = Instant.now().plus(TRANSACTION_ENDS_WITHIN);
        while (hasOpenTransaction(partition.channel()) || hasOpenTransaction(partition.own())) {
            if (Instant.now().isAfter(end)) {
                throw new RebuildException("A transaction is open in %s or %s for more than %d s: switch again goes on."
                        .formatted(partition.channel(), partition.own(), TRANSACTION_ENDS_WITHIN.toSeconds()));
            }
            Pause.of(CHECK_EVERY);
        }
    }

    /** Returns true if the partition has a transaction that is neither committed nor aborted. */
    private boolean hasOpenTransaction(TopicPartition partition) {
        return end(partition, IsolationLevel.READ_UNCOMMITTED) > end(partition, IsolationLevel.READ_COMMITTED);
    }

    private long end(TopicPartition partition, IsolationLevel level) {
        var ends = admin.client().listOffsets(Map.of(partition, OffsetSpec.latest()), new ListOffsetsOptions(level));
        return admin.answer(ends.partitionResult(partition)).offset();
    }

    private long publish(Stream<ProducerRecord<byte[], byte[]>> records) {
        var all = records.toList();
        RecordPublisher.publish(client, BYTES, all);
        return all.size();
    }

    private static ProducerRecord<byte[], byte[]> fenceRecord(
            EffectPartition partition, Optional<Integer> closedFor, long liveFrom) {
        return record(partition.own(), FenceRecord.KEY, FenceRecord.payload(closedFor, liveFrom));
    }

    private static ProducerRecord<byte[], byte[]> record(TopicPartition partition, byte[] key, byte[] value) {
        return new ProducerRecord<>(partition.topic(), partition.partition(), key, value);
    }

    private static TruncatedHash value(LastValue last) {
        return last == null ? null : last.value();
    }
}

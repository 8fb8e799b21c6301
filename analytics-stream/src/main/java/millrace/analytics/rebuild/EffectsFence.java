package millrace.analytics.rebuild;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.IntStream;
import millrace.analytics.rebuild.CompactedView.LastValue;
import millrace.analytics.rebuild.CompactedView.RawRecord;
import millrace.generation.Pause;
import millrace.generation.RebuildException;
import millrace.paas.PaasSettings;

/**
 * Fence between two generations of a Kafka Streams job, by the records on the channels of its effects: the successor
 * does not repeat what the live generation has published, and publishes what only its own topic holds.
 */
final class EffectsFence {
    /** The broker aborts the open transaction of a killed process after ten seconds, the timeout of Kafka Streams. */
    private static final Duration TRANSACTION_ENDS_WITHIN = Duration.ofSeconds(60);

    private static final Duration CHECK_EVERY = Duration.ofMillis(200);

    private final PaasSettings settings;

    EffectsFence(PaasSettings settings) {
        this.settings = settings;
    }

    /** A partition of a channel beside the same partition of a generation's own topic. */
    private record PartitionPair(ChannelPair pair, int partition, PartitionReader live, PartitionReader own) {
        FenceRecord fenceRecord() {
            return FenceRecord.of(own);
        }

        void writeFence(PaasSettings settings, byte[] payload) {
            RecordPublisher.publish(
                    settings, pair.shadow(), partition, List.of(new RawRecord(FenceRecord.KEY, payload)));
        }
    }

    /**
     * Returns the number of keys whose last value on the live channel differs from that on the successor's own topic.
     */
    long missingInSuccessor(List<ChannelPair> effects) {
        try (var readers = new PartitionReaders(settings)) {
            return partitions(effects, readers).stream()
                    .mapToLong(EffectsFence::missingInSuccessor)
                    .sum();
        }
    }

    private static long missingInSuccessor(PartitionPair partition) {
        var fence = partition.fenceRecord();
        var passes = CompactedView.passes(partition.live(), partition.own());
        var missingInSuccessor = 0L;
        for (var pass = 0; pass < passes; pass++) {
            var published = CompactedView.read(partition.live(), fence.liveFrom(), pass, passes);
            var own = CompactedView.read(partition.own(), fence.ownFrom(), pass, passes);
            missingInSuccessor += published.entrySet().stream()
                    .filter(row -> !Objects.equals(row.getValue().value(), value(own.get(row.getKey()))))
                    .count();
        }
        return missingInSuccessor;
    }

    /** Returns true if a generation has been replaced by that successor. */
    boolean isClosed(List<ChannelPair> own, int successor) {
        try (var readers = new PartitionReaders(settings)) {
            return partitions(own, readers).stream()
                    .allMatch(
                            partition -> Objects.equals(partition.fenceRecord().closedFor(), successor));
        }
    }

    /** Reopens the topics of a generation that was replaced, so that it is rebuilt from where it stopped. */
    void reopen(List<ChannelPair> own) {
        try (var readers = new PartitionReaders(settings)) {
            for (var partition : partitions(own, readers)) {
                var fence = partition.fenceRecord();
                if (fence.closedFor() != null) {
                    partition.writeFence(settings, FenceRecord.payload(Optional.empty(), fence.liveFrom()));
                }
            }
        }
    }

    /**
     * Publishes the effects that only the successor has, then closes the old generation's own topic.
     *
     * @return number of published records
     */
    long close(List<ChannelPair> effects, List<ChannelPair> ofOld, int successor) {
        var count = 0L;
        try (var readers = new PartitionReaders(settings)) {
            for (var partition : partitions(effects, readers)) {
                awaitNoOpenTransaction(partition);
                var rows = unpublished(partition);
                RecordPublisher.publish(settings, partition.pair().live(), partition.partition(), rows);
                count += rows.size();
            }
            for (var partition : partitions(ofOld, readers)) {
                partition.writeFence(
                        settings,
                        FenceRecord.payload(
                                Optional.of(successor), partition.live().end()));
            }
        }
        return count;
    }

    /**
     * Returns the effects that only the successor has. One that is missing on the channel, and so old that retention may
     * have removed it there, counts as published.
     */
    private static List<RawRecord> unpublished(PartitionPair partition) {
        var fence = partition.fenceRecord();
        var retainedFrom =
                partition.pair().retainedFrom(System.currentTimeMillis()).orElse(Long.MIN_VALUE);
        var passes = CompactedView.passes(partition.live(), partition.own());
        var keys = new TreeSet<TruncatedHash>();
        for (var pass = 0; pass < passes; pass++) {
            var published = CompactedView.read(partition.live(), 0, pass, passes);
            CompactedView.read(partition.own(), fence.ownFrom(), pass, passes).forEach((key, own) -> {
                var last = published.get(key);
                var isExpired = last == null && own.timestamp() < retainedFrom;
                if (!isExpired && !Objects.equals(own.value(), value(last))) {
                    keys.add(key);
                }
            });
        }
        return keys.isEmpty()
                ? List.of()
                : List.copyOf(CompactedView.records(partition.own(), fence.ownFrom(), keys)
                        .values());
    }

    private void awaitNoOpenTransaction(PartitionPair partition) {
        var end = Instant.now().plus(TRANSACTION_ENDS_WITHIN);
        var live = partition.pair().live(partition.partition());
        var own = partition.pair().shadow(partition.partition());
        try (var admin = new OffsetsAdmin(settings)) {
            while (admin.hasOpenTransaction(live) || admin.hasOpenTransaction(own)) {
                if (Instant.now().isAfter(end)) {
                    throw new RebuildException(
                            "A transaction is open in %s or %s for more than %d s: switch again goes on."
                                    .formatted(live, own, TRANSACTION_ENDS_WITHIN.toSeconds()));
                }
                Pause.of(CHECK_EVERY);
            }
        }
    }

    private static List<PartitionPair> partitions(List<ChannelPair> pairs, PartitionReaders readers) {
        var partitions = new ArrayList<PartitionPair>();
        for (var pair : pairs) {
            IntStream.range(0, pair.channel().partitions())
                    .mapToObj(number -> new PartitionPair(
                            pair, number, readers.of(pair.live(number)), readers.of(pair.shadow(number))))
                    .forEach(partitions::add);
        }
        return partitions;
    }

    private static TruncatedHash value(LastValue last) {
        return last == null ? null : last.value();
    }
}

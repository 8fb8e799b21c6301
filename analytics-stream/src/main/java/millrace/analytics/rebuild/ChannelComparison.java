package millrace.analytics.rebuild;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.function.ToLongFunction;
import millrace.analytics.rebuild.CompactedView.LastValue;
import millrace.events.Sha256;
import millrace.generation.GenerationComparison;
import millrace.generation.GenerationComparison.Difference;
import millrace.generation.GenerationComparison.Subtotal;
import millrace.generation.PartitionReader;
import millrace.generation.Pause;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Compares the last value of every key of channels of two generations. One generation may be a moment ahead, so keys that
 * differ are rechecked up to thirty times, all of them in each round. Memory is bounded: it does not grow with the
 * channels.
 */
final class ChannelComparison {
    /** Differences beyond this number are counted and not kept. */
    private static final int MAX_DIFFERENCES = 10_000;

    private static final int RECHECKS = 30;

    private final PartitionReader reader;
    private final Duration betweenRechecks;
    private final MessageDigest common = Sha256.newDigest();
    private final MessageDigest ofLive = Sha256.newDigest();
    private final MessageDigest ofShadow = Sha256.newDigest();
    private final List<PartitionComparison> partitions = new ArrayList<>();
    private long kept;

    ChannelComparison(PartitionReader reader, Duration betweenRechecks) {
        this.reader = reader;
        this.betweenRechecks = betweenRechecks;
    }

    /** Compares the channels. An instance compares once. */
    GenerationComparison compare(List<ChannelPair> pairs) {
        for (var pair : pairs) {
            add(pair.channel().name(), common, ofLive, ofShadow);
            for (var number = 0; number < pair.channel().partitions(); number++) {
                var partition = new PartitionComparison(pair, number);
                partition.compare();
                partitions.add(partition);
            }
        }
        recheck();
        var parts = pairs.stream().map(this::subtotal).toList();
        var differences = partitions.stream()
                .flatMap(partition -> partition.remaining().stream())
                .toList();
        var isEqual = parts.stream().allMatch(part -> part.different() == 0);
        var equal = HexFormat.of().formatHex(common.digest());
        return new GenerationComparison(
                parts,
                differences,
                isEqual ? equal : HexFormat.of().formatHex(ofLive.digest()),
                isEqual ? equal : HexFormat.of().formatHex(ofShadow.digest()));
    }

    private void recheck() {
        partitions.forEach(PartitionComparison::readDiffering);
        for (var round = 0; round < RECHECKS && partitions.stream().anyMatch(PartitionComparison::differs); round++) {
            Pause.of(betweenRechecks);
            partitions.forEach(PartitionComparison::recheck);
        }
    }

    private Subtotal subtotal(ChannelPair pair) {
        return new Subtotal(
                pair.channel().name(),
                sum(pair, partition -> partition.equal),
                sum(pair, PartitionComparison::moving),
                sum(pair, PartitionComparison::different));
    }

    private long sum(ChannelPair pair, ToLongFunction<PartitionComparison> count) {
        return partitions.stream()
                .filter(partition -> partition.pair.equals(pair))
                .mapToLong(count)
                .sum();
    }

    /** Adds a row to digests, preceded by its length. The names of channels are rows, too. */
    private static void add(String row, MessageDigest... digests) {
        var bytes = row.getBytes(UTF_8);
        for (var digest : digests) {
            digest.update(
                    ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
            digest.update(bytes);
        }
    }

    /** Compares one partition: a key is in the partition of the same number in both. */
    private final class PartitionComparison {
        private final ChannelPair pair;
        private final TopicPartition live;
        private final TopicPartition shadow;
        private final FenceRecord fence;
        private final Set<TruncatedHash> differing = new TreeSet<>();
        private final Map<TruncatedHash, ConsumerRecord<byte[], byte[]>> liveRows = new HashMap<>();
        private final Map<TruncatedHash, ConsumerRecord<byte[], byte[]>> shadowRows = new HashMap<>();
        private final Set<TruncatedHash> liveChanged = new HashSet<>();
        private final Set<TruncatedHash> shadowChanged = new HashSet<>();
        private long livePosition;
        private long shadowPosition;
        private long equal;
        private long settledEqual;
        private long notKept;

        PartitionComparison(ChannelPair pair, int number) {
            this.pair = pair;
            this.live = pair.live(number);
            this.shadow = pair.shadow(number);
            this.fence = pair.channel().effect() ? FenceRecord.of(reader, shadow) : FenceRecord.NONE;
            this.shadowPosition = fence.ownFrom();
        }

        void compare() {
            var passes = CompactedView.passes(reader, live, shadow);
            for (var pass = 0; pass < passes; pass++) {
                var own = CompactedView.read(reader, shadow, fence.ownFrom(), pass, passes);
                var published = CompactedView.read(reader, live, 0, pass, passes);
                // The shadow does not repeat what it published before it stopped being live.
                published
                        .entrySet()
                        .removeIf(row -> row.getValue().offset() < fence.liveFrom() && !own.containsKey(row.getKey()));
                compare(published, own);
            }
        }

        private void compare(SortedMap<TruncatedHash, LastValue> published, SortedMap<TruncatedHash, LastValue> own) {
            var retainedFrom = pair.retainedFrom(System.currentTimeMillis()).orElse(Long.MIN_VALUE);
            var keys = new TreeSet<>(published.keySet());
            keys.addAll(own.keySet());
            for (var key : keys) {
                var one = value(published.get(key));
                var other = value(own.get(key));
                if (one != null && one.equals(other)) {
                    add(key.toString() + one, common, ofLive, ofShadow);
                    equal++;
                } else if (one != other && !expired(published.get(key), own.get(key), retainedFrom)) {
                    differ(key, one, other);
                }
            }
        }

        private void differ(TruncatedHash key, TruncatedHash one, TruncatedHash other) {
            if (one != null) {
                add(key.toString() + one, ofLive);
            }
            if (other != null) {
                add(key.toString() + other, ofShadow);
            }
            if (kept < MAX_DIFFERENCES) {
                kept++;
                differing.add(key);
            } else {
                notKept++;
            }
        }

        boolean differs() {
            return !differing.isEmpty();
        }

        /** Reads the last records of the keys that differ. */
        void readDiffering() {
            recheck();
            liveChanged.clear();
            shadowChanged.clear();
        }

        /** Reads on, and removes the keys that have become equal. */
        void recheck() {
            if (differs()) {
                livePosition = CompactedView.read(
                        reader, live, livePosition, (key, record) -> accept(key, record, liveRows, liveChanged));
                shadowPosition = CompactedView.read(
                        reader,
                        shadow,
                        shadowPosition,
                        (key, record) -> accept(key, record, shadowRows, shadowChanged));
                var before = differing.size();
                differing.removeIf(key -> Arrays.equals(bytes(liveRows.get(key)), bytes(shadowRows.get(key))));
                settledEqual += before - differing.size();
            }
        }

        private void accept(
                TruncatedHash key,
                ConsumerRecord<byte[], byte[]> record,
                Map<TruncatedHash, ConsumerRecord<byte[], byte[]>> rows,
                Set<TruncatedHash> changed) {
            if (differing.contains(key)) {
                rows.put(key, record);
                changed.add(key);
            }
        }

        /** A key that changed in both generations during the rechecks is unsettled, and counts as no difference. */
        private boolean isSettled(TruncatedHash key) {
            return !liveChanged.contains(key) || !shadowChanged.contains(key);
        }

        long moving() {
            return settledEqual + differing.size() - settled();
        }

        long different() {
            return notKept + settled();
        }

        private long settled() {
            return differing.stream().filter(this::isSettled).count();
        }

        List<Difference> remaining() {
            return differing.stream().map(this::difference).toList();
        }

        private Difference difference(TruncatedHash key) {
            var one = liveRows.get(key);
            var other = shadowRows.get(key);
            var name = one != null ? one.key() : other != null ? other.key() : new byte[0];
            return new Difference(
                    pair.channel().name(), new String(name, UTF_8), text(one), text(other), isSettled(key));
        }
    }

    private static TruncatedHash value(LastValue last) {
        return last == null ? null : last.value();
    }

    private static byte[] bytes(ConsumerRecord<byte[], byte[]> row) {
        return row == null ? null : row.value();
    }

    /** Returns true if retention may have removed the key from one of the two, and not from the other yet. */
    private static boolean expired(LastValue live, LastValue shadow, long retainedFrom) {
        var there = live == null ? shadow : live;
        return (live == null || shadow == null) && there.timestamp() < retainedFrom;
    }

    private static String text(ConsumerRecord<byte[], byte[]> row) {
        return bytes(row) == null ? null : new String(bytes(row), UTF_8);
    }
}

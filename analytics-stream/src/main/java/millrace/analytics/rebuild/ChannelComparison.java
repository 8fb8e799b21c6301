package millrace.analytics.rebuild;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeSet;
import millrace.analytics.rebuild.CompactedView.LastValue;
import millrace.generation.GenerationComparison;
import millrace.generation.GenerationComparison.Difference;
import millrace.generation.GenerationComparison.Subtotal;

/**
 * Compares the last value of every key of channels of two generations. Memory is bounded: it does not grow with the
 * channels.
 */
final class ChannelComparison {
    /** Differences beyond this number are counted and not kept. */
    private static final int MAX_DIFFERENCES = 10_000;

    private final PartitionReaders readers;
    private final GenerationDigests digests = new GenerationDigests();
    private final List<Difference> differences = new ArrayList<>();
    private long kept;

    ChannelComparison(PartitionReaders readers) {
        this.readers = readers;
    }

    /** Compares the channels. An instance compares once. */
    GenerationComparison compare(List<ChannelPair> pairs) {
        var parts = new ArrayList<Subtotal>();
        for (var pair : pairs) {
            parts.add(compare(pair));
        }
        if (differences.stream().anyMatch(Difference::settled)
                || parts.stream().anyMatch(part -> part.different() > 0)) {
            return new GenerationComparison(parts, List.copyOf(differences), digests.live(), digests.shadow());
        }
        var common = digests.common();
        return new GenerationComparison(parts, List.copyOf(differences), common, common);
    }

    private Subtotal compare(ChannelPair pair) {
        var name = pair.channel().name();
        digests.begin(name);
        var equal = 0L;
        var moving = 0L;
        var different = 0L;
        for (var partition = 0; partition < pair.channel().partitions(); partition++) {
            var one = new OnePartition(pair, partition);
            one.compare();
            equal += one.equal;
            moving += one.moving;
            different += one.different;
        }
        return new Subtotal(name, equal, moving, different);
    }

    /** Compares one partition: a key is in the partition of the same number in both. */
    private final class OnePartition {
        private final ChannelPair pair;
        private final int partition;
        private final TreeSet<TruncatedHash> differing = new TreeSet<>();
        private long equal;
        private long moving;
        private long different;

        OnePartition(ChannelPair pair, int partition) {
            this.pair = pair;
            this.partition = partition;
        }

        void compare() {
            var live = readers.of(pair.live(partition));
            var shadow = readers.of(pair.shadow(partition));
            var fence = pair.fenceRecord(shadow);
            var passes = CompactedView.passes(live, shadow);
            for (var pass = 0; pass < passes; pass++) {
                var own = CompactedView.read(shadow, fence.ownFrom(), pass, passes);
                var published = CompactedView.read(live, 0, pass, passes);
                // The shadow does not repeat what it published before it stopped being live.
                published
                        .entrySet()
                        .removeIf(row -> row.getValue().offset() < fence.liveFrom() && !own.containsKey(row.getKey()));
                compare(published, own);
            }
            if (!differing.isEmpty()) {
                recheck(new RecheckLoop(live, shadow, fence, differing));
            }
        }

        private void compare(SortedMap<TruncatedHash, LastValue> live, SortedMap<TruncatedHash, LastValue> shadow) {
            var retainedFrom = pair.retainedFrom(System.currentTimeMillis()).orElse(Long.MIN_VALUE);
            var keys = new TreeSet<>(live.keySet());
            keys.addAll(shadow.keySet());
            for (var key : keys) {
                var one = value(live.get(key));
                var other = value(shadow.get(key));
                if (one != null && one.equals(other)) {
                    digests.both(key.toString() + one);
                    equal++;
                } else if (one != other && !expired(live.get(key), shadow.get(key), retainedFrom)) {
                    differ(key, one, other);
                }
            }
        }

        private void differ(TruncatedHash key, TruncatedHash one, TruncatedHash other) {
            if (one != null) {
                digests.live(key.toString() + one);
            }
            if (other != null) {
                digests.shadow(key.toString() + other);
            }
            if (kept < MAX_DIFFERENCES) {
                kept++;
                differing.add(key);
            } else {
                different++;
            }
        }

        private void recheck(RecheckLoop recheck) {
            moving += recheck.run();
            for (var left : recheck.remaining()) {
                differences.add(new Difference(
                        pair.channel().name(),
                        new String(left.key(), UTF_8),
                        text(left.live()),
                        text(left.shadow()),
                        left.settled()));
                different += left.settled() ? 1 : 0;
                moving += left.settled() ? 0 : 1;
            }
        }
    }

    private static TruncatedHash value(LastValue last) {
        return last == null ? null : last.value();
    }

    /** Returns true if retention may have removed the key from one of the two, and not from the other yet. */
    private static boolean expired(LastValue live, LastValue shadow, long retainedFrom) {
        var there = live == null ? shadow : live;
        return (live == null || shadow == null) && there.timestamp() < retainedFrom;
    }

    private static String text(byte[] value) {
        return value == null ? null : new String(value, UTF_8);
    }
}

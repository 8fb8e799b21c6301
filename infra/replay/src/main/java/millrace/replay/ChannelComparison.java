package millrace.replay;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeSet;
import millrace.replay.Comparison.Difference;
import millrace.replay.Comparison.Part;
import millrace.replay.Fold.Last;

/** Compares channels of two generations, key by key, each with its last value. Memory does not grow with them. */
final class ChannelComparison {
    /** Files of records are removed whole, and looked at every five minutes. */
    private static final Duration SLACK = Duration.ofHours(1);

    private final Readers readers;
    private final Digests digests = new Digests();
    private final List<Difference> differences = new ArrayList<>();
    private long kept;

    ChannelComparison(Readers readers) {
        this.readers = readers;
    }

    /** To be called once. */
    Comparison compare(List<ChannelPair> pairs) {
        var parts = new ArrayList<Part>();
        for (var pair : pairs) {
            parts.add(compare(pair));
        }
        if (differences.stream().anyMatch(Difference::settled)
                || parts.stream().anyMatch(part -> part.different() > 0)) {
            return new Comparison(parts, List.copyOf(differences), digests.live(), digests.shadow());
        }
        var common = digests.common();
        return new Comparison(parts, List.copyOf(differences), common, common);
    }

    private Part compare(ChannelPair pair) {
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
        return new Part(name, equal, moving, different);
    }

    /** The rows of one partition: the same key is in the same partition of both. */
    private final class OnePartition {
        private final ChannelPair pair;
        private final int partition;
        private final TreeSet<Hash> differing = new TreeSet<>();
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
            var control = pair.control(shadow);
            var parts = Fold.parts(live, shadow);
            for (var part = 0; part < parts; part++) {
                compare(
                        Fold.of(live, control.liveFrom(), part, parts),
                        Fold.of(shadow, control.ownFrom(), part, parts));
            }
            if (!differing.isEmpty()) {
                look(new Watch(live, shadow, control, differing));
            }
        }

        private void compare(SortedMap<Hash, Last> live, SortedMap<Hash, Last> shadow) {
            var keptFrom = pair.keptFrom(System.currentTimeMillis(), SLACK).orElse(Long.MIN_VALUE);
            var keys = new TreeSet<>(live.keySet());
            keys.addAll(shadow.keySet());
            for (var key : keys) {
                var one = value(live.get(key));
                var other = value(shadow.get(key));
                if (one != null && one.equals(other)) {
                    digests.both(key.toString() + one);
                    equal++;
                } else if (one != other && !expired(live.get(key), shadow.get(key), keptFrom)) {
                    differ(key, one, other);
                }
            }
        }

        private void differ(Hash key, Hash one, Hash other) {
            if (one != null) {
                digests.live(key.toString() + one);
            }
            if (other != null) {
                digests.shadow(key.toString() + other);
            }
            if (kept < TableComparison.MOST_KEPT) {
                kept++;
                differing.add(key);
            } else {
                different++;
            }
        }

        private void look(Watch watch) {
            moving += watch.look();
            for (var left : watch.left()) {
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

    private static Hash value(Last last) {
        return last == null ? null : last.value();
    }

    /** Whether retention may have removed it in one of the two, and not yet in the other. */
    private static boolean expired(Last live, Last shadow, long keptFrom) {
        var there = live == null ? shadow : live;
        return (live == null || shadow == null) && there.timestamp() < keptFrom;
    }

    private static String text(byte[] value) {
        return value == null ? null : new String(value, UTF_8);
    }
}

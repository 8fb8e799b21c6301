package millrace.console.partitions;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/**
 * Counts keys of the last minute, in parts of 10 s of which each counts 100 keys at most. A part that is full gives the
 * counter of its rarest key to a new one, as in Metwally's Space-Saving (2005): no key is counted too low, and a key may
 * be counted too high by its error. Not for several threads.
 */
final class HottestKeys {
    static final int MOST_KEYS = 100;
    static final Duration PART = Duration.ofSeconds(10);
    static final int PARTS = 6;

    private final Deque<TimeSlot> parts = new ArrayDeque<>();

    /**
     * A key of the last minute.
     *
     * @param count number of its records, or more
     * @param error by which the count may be too high
     */
    record HotKey(String key, long count, long error) {}

    private record Counter(long count, long error) {}

    private static final class TimeSlot {
        private final long number;
        private final Map<String, Counter> counters = new HashMap<>();
        private long records;

        private TimeSlot(long number) {
            this.number = number;
        }

        private void count(String key) {
            records++;
            var counter = counters.get(key);
            if (counter != null) {
                counters.put(key, new Counter(counter.count() + 1, counter.error()));
            } else if (counters.size() < MOST_KEYS) {
                counters.put(key, new Counter(1, 0));
            } else {
                var rarest = rarest();
                counters.remove(rarest.getKey());
                var least = rarest.getValue().count();
                counters.put(key, new Counter(least + 1, least));
            }
        }

        private Map.Entry<String, Counter> rarest() {
            return counters.entrySet().stream()
                    .min(Comparator.comparingLong(entry -> entry.getValue().count()))
                    .orElseThrow();
        }

        /** A key that is not counted in a full part may have been there as often as its rarest. */
        private Counter of(String key) {
            var counter = counters.get(key);
            if (counter != null) {
                return counter;
            }
            var most = counters.size() < MOST_KEYS ? 0 : rarest().getValue().count();
            return new Counter(most, most);
        }
    }

    /** @param millis since 1970 */
    void count(String key, long millis) {
        var number = millis / PART.toMillis();
        if (parts.isEmpty() || parts.peekLast().number < number) {
            parts.addLast(new TimeSlot(number));
        }
        forget(millis);
        parts.peekLast().count(key);
    }

    /** The keys with the most records, the most first. */
    List<HotKey> hottest(int most, long millis) {
        forget(millis);
        var keys = new HashSet<String>();
        parts.forEach(part -> keys.addAll(part.counters.keySet()));
        return keys.stream()
                .map(this::sum)
                .sorted(Comparator.comparingLong(HotKey::count).reversed().thenComparing(HotKey::key))
                .limit(most)
                .toList();
    }

    /** Number of records of the last minute that were counted. */
    long records(long millis) {
        forget(millis);
        return parts.stream().mapToLong(part -> part.records).sum();
    }

    private HotKey sum(String key) {
        var count = 0L;
        var error = 0L;
        for (var part : parts) {
            var counter = part.of(key);
            count += counter.count();
            error += counter.error();
        }
        return new HotKey(key, count, error);
    }

    private void forget(long millis) {
        var first = millis / PART.toMillis() - PARTS + 1;
        while (!parts.isEmpty() && parts.peekFirst().number < first) {
            parts.removeFirst();
        }
    }
}

package millrace.bench;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/**
 * Computes latencies from the times of acknowledgements and of updated counts: the n-th event of a key is contained in
 * the first count of n or more. It is thread-safe.
 */
final class CountLatencies {
    private final Map<String, List<Acknowledged>> acknowledged = new HashMap<>();
    /** Times of first reading, by key and count. */
    private final Map<String, TreeMap<Long, Long>> counts = new HashMap<>();

    private record Acknowledged(long nanos, boolean measured) {}

    /** @param measured false for warm-up events, which are counted but have no latency */
    synchronized void acknowledge(String key, long nanos, boolean measured) {
        acknowledged.computeIfAbsent(key, name -> new ArrayList<>()).add(new Acknowledged(nanos, measured));
    }

    synchronized void read(String key, long count, long nanos) {
        counts.computeIfAbsent(key, name -> new TreeMap<>()).putIfAbsent(count, nanos);
    }

    /** Returns the number of sent events that are not acknowledged or not contained in any count. */
    synchronized long missing(long sent) {
        return sent
                - acknowledged.entrySet().stream()
                        .mapToLong(key -> Math.min(key.getValue().size(), last(key.getKey())))
                        .sum();
    }

    /**
     * Returns the latencies of all measured events that are not missing, in microseconds; 0 if the count was read
     * before the acknowledgement.
     */
    synchronized Histogram latencies() {
        var histogram = new Histogram(3);
        acknowledged.forEach((key, events) -> {
            var contained = Math.min(events.size(), last(key));
            for (int i = 0; i < contained; i++) {
                var event = events.get(i);
                if (event.measured()) {
                    var read = counts.get(key).ceilingEntry(i + 1L).getValue();
                    histogram.recordValue(Math.max(0, read - event.nanos()) / 1_000);
                }
            }
        });
        return histogram;
    }

    private long last(String key) {
        var read = counts.get(key);
        return read == null ? 0 : read.lastKey();
    }
}

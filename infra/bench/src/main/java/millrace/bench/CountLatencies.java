package millrace.bench;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/**
 * When events were acknowledged, and when counts of them could be read: the n-th event of a key is contained in the first
 * count of n or more. Used by several threads.
 */
final class CountLatencies {
    private final Map<String, List<Acknowledged>> acknowledged = new HashMap<>();
    /** By key and count, when it was first read. */
    private final Map<String, TreeMap<Long, Long>> counts = new HashMap<>();

    private record Acknowledged(long nanos, boolean measured) {}

    /** @param measured whether its latency is of interest; it is counted all the same */
    synchronized void acknowledge(String key, long nanos, boolean measured) {
        acknowledged.computeIfAbsent(key, name -> new ArrayList<>()).add(new Acknowledged(nanos, measured));
    }

    synchronized void read(String key, long count, long nanos) {
        counts.computeIfAbsent(key, name -> new TreeMap<>()).putIfAbsent(count, nanos);
    }

    /** Of so many that were sent: those that were not acknowledged, and those that no count contains. */
    synchronized long missing(long sent) {
        return sent
                - acknowledged.entrySet().stream()
                        .mapToLong(key -> Math.min(key.getValue().size(), last(key.getKey())))
                        .sum();
    }

    /** In microseconds, of those that are measured and not missing; 0 for one that was counted before it was acknowledged. */
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

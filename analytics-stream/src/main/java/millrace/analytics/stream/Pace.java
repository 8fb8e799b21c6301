package millrace.analytics.stream;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;

/** How fast a replay reads at most: each record waits for its turn, over all channels and threads of the process. */
public final class Pace {
    private final long nanosPerRecord;
    private long next = System.nanoTime();

    /** @param recordsPerSecond 0 for as fast as it goes */
    public Pace(int recordsPerSecond) {
        nanosPerRecord = recordsPerSecond == 0 ? 0 : TimeUnit.SECONDS.toNanos(1) / recordsPerSecond;
    }

    /** The same records, no sooner than the pace allows. */
    public <K, V> KStream<K, V> hold(KStream<K, V> records, String channel) {
        return nanosPerRecord == 0 ? records : records.peek((key, value) -> await(), Named.as("pace-" + channel));
    }

    /** A second at most, where the pace is one record a second. */
    void await() {
        var turn = turn();
        for (var left = turn - System.nanoTime(); left > 0; left = turn - System.nanoTime()) {
            LockSupport.parkNanos(left);
            if (Thread.currentThread().isInterrupted()) {
                return;
            }
        }
    }

    private synchronized long turn() {
        next = Math.max(next + nanosPerRecord, System.nanoTime());
        return next;
    }
}

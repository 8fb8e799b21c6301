package millrace.bench.load;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** Counts the results of the requests of a load. */
final class LoadStatistics {
    private static final long MAX_MICROS = TimeUnit.MINUTES.toMicros(5);

    private final long from;
    private final long until;
    private final Histogram micros = new Histogram(MAX_MICROS, 3);
    private final Map<String, Long> errors = new TreeMap<>();
    private long answeredInTime;
    private long accepted;
    private long unknown;

    /** @param from start of the measured time, on the clock of all times here */
    LoadStatistics(long from, long until) {
        this.from = from;
        this.until = until;
    }

    void answered(int status, long due, long now) {
        if (status != 200) {
            error(Integer.toString(status), 1);
            return;
        }
        accepted++;
        if (now >= from && now < until) {
            answeredInTime++;
        }
        recordLatency(due, now);
    }

    void lost() {
        unknown++;
        error("connection lost", 1);
    }

    void unanswered() {
        unknown++;
        error("no answer", 1);
    }

    /**
     * Counts a request that was due and never sent, because no connection was free: its latency is recorded as the time
     * up to the end, a lower bound.
     */
    void unsent(long due) {
        error("not sent", 1);
        recordLatency(due, until);
    }

    LoadResult result(int eventsPerRequest) {
        var seconds = (until - from) / (double) TimeUnit.SECONDS.toNanos(1);
        return new LoadResult(
                answeredInTime * eventsPerRequest / seconds,
                micros.getValueAtPercentile(50),
                micros.getValueAtPercentile(99),
                micros.getValueAtPercentile(99.9),
                micros.getMaxValue(),
                errors,
                accepted * eventsPerRequest,
                unknown * eventsPerRequest);
    }

    private void recordLatency(long due, long now) {
        if (due >= from && due < until) {
            micros.recordValue(Math.min(MAX_MICROS, TimeUnit.NANOSECONDS.toMicros(now - due)));
        }
    }

    private void error(String what, long times) {
        errors.merge(what, times, Long::sum);
    }
}

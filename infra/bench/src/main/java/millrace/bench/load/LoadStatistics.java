package millrace.bench.load;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** Counts what becomes of the requests of a load. */
final class LoadStatistics {
    private static final long LONGEST_MICROS = TimeUnit.MINUTES.toMicros(5);

    private final long from;
    private final long until;
    private final Histogram micros = new Histogram(LONGEST_MICROS, 3);
    private final Map<String, Long> errors = new TreeMap<>();
    private long answeredInTime;
    private long accepted;
    private long unknown;

    /** @param from when the measured time begins, on the clock of all other times here */
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
        took(due, now);
    }

    void lost() {
        unknown++;
        error("connection lost", 1);
    }

    void unanswered() {
        unknown++;
        error("no answer", 1);
    }

    /** A request that was due and for which no connection was free to the end: it would have taken longer than this. */
    void unsent(long due) {
        error("not sent", 1);
        took(due, until);
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

    private void took(long due, long now) {
        if (due >= from && due < until) {
            micros.recordValue(Math.min(LONGEST_MICROS, TimeUnit.NANOSECONDS.toMicros(now - due)));
        }
    }

    private void error(String what, long times) {
        errors.merge(what, times, Long::sum);
    }
}

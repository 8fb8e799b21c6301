package millrace.bench.load;

import java.time.Duration;
import java.util.Map;

/**
 * Result of a load.
 *
 * @param eventsPerSecond events in requests that were answered 200 within the measured time
 * @param p50Micros latency percentile, like the next three, of requests that were due in the measured time and were
 *     answered 200 or never sent; it counts from the due time
 * @param errors number of errors by status or cause, from the start to the last response
 * @param accepted events in requests that were answered 200, from the start to the last response
 * @param unknown events in requests without a response: they may have been accepted
 * @param cpu processor time in the measured time
 */
public record LoadResult(
        double eventsPerSecond,
        long p50Micros,
        long p99Micros,
        long p999Micros,
        long maxMicros,
        Map<String, Long> errors,
        long accepted,
        long unknown,
        Duration time,
        CpuTime cpu) {
    /** Compares the number of appended records with the acknowledged events: {@code all}, or the difference. */
    public String appended(long records) {
        if (records == accepted) {
            return "all";
        }
        if (records > accepted && records <= accepted + unknown) {
            return "all, and %,d not acknowledged".formatted(records - accepted);
        }
        return "%+,d".formatted(records - accepted);
    }
}

package millrace.bench.load;

import java.util.Map;

/**
 * What became of a load.
 *
 * @param eventsPerSecond in requests that were answered 200 within the measured time
 * @param p50Micros of the requests that were meant to start in the measured time and were answered 200, from that start
 * @param errors by status, or by what was there instead of one, from the start to the last answer
 * @param accepted events in requests answered 200, from the start to the last answer
 * @param unknown events in requests that no answer came to: they may have been accepted
 */
public record LoadResult(
        double eventsPerSecond,
        long p50Micros,
        long p99Micros,
        long p999Micros,
        long maxMicros,
        Map<String, Long> errors,
        long accepted,
        long unknown) {
    /** The same, with another number of events that were answered for. */
    public LoadResult accepting(long events) {
        return new LoadResult(eventsPerSecond, p50Micros, p99Micros, p999Micros, maxMicros, errors, events, unknown);
    }
}

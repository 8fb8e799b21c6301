package millrace.bench.load;

import java.time.Duration;
import java.util.List;

/**
 * Parameters of a load.
 *
 * @param ports ports of the servers on the loopback interface; connections are spread evenly over them
 * @param writeKey write key of the source of the events
 * @param connections number of connections; each carries one request at a time
 * @param rate requests a second, independent of the responses; 0 sends the next request after each response
 * @param batch events per request of {@code /v1/batch}; 0 sends single events to {@code /v1/track}
 * @param eventBytes size of each event
 * @param visitors number of distinct visitors, the keys of the events
 * @param warmup time of sending before the measured time
 */
public record LoadPlan(
        List<Integer> ports,
        String writeKey,
        int connections,
        int rate,
        int batch,
        int eventBytes,
        int visitors,
        Duration warmup,
        Duration measured) {
    /** Returns the number of events in each request. */
    public int eventsPerRequest() {
        return Math.max(1, batch);
    }
}

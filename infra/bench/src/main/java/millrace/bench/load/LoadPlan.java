package millrace.bench.load;

import java.time.Duration;
import java.util.List;

/**
 * What to send, how much of it at once, and for how long.
 *
 * @param ports of the servers on loopback; connections are spread evenly over them
 * @param writeKey of the source that sends
 * @param connections each carries one request at a time
 * @param rate requests a second, whatever the answers do; 0 sends the next one when one is answered
 * @param batch events a request of {@code /v1/batch}; 0 sends single ones to {@code /v1/track}
 * @param eventBytes of each event
 * @param visitors how many different keys events have
 * @param warmup sent but not measured, before the rest
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
    /** Events that one request carries. */
    public int eventsPerRequest() {
        return Math.max(1, batch);
    }
}

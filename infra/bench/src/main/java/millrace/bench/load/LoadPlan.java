package millrace.bench.load;

import java.time.Duration;
import java.util.List;

/**
 * A load and the servers that it goes to.
 *
 * @param ports ports of the servers on the loopback interface; connections are spread evenly over them
 * @param writeKey write key of the source of the events
 * @param servers process ids of the servers
 * @param broker process id of the broker
 * @param warmup time of sending before the measured time
 */
public record LoadPlan(
        Load load,
        List<Integer> ports,
        String writeKey,
        List<Long> servers,
        long broker,
        Duration warmup,
        Duration measured) {}

package millrace.bench;

import java.util.List;
import millrace.bench.load.LoadPlan;

/**
 * A load that servers are compared under.
 *
 * @param name the same for all that are compared
 * @param rate requests a second; 0 for a closed loop
 * @param batch events a request; 0 for single ones
 */
record Load(String name, int connections, int rate, int batch, int eventBytes, int visitors) {
    /** As the specification's examples are, with the fields that a browser adds. */
    static final int EVENT_BYTES = 735;

    static final int VISITORS = 10_000;

    static Load closedLoop(int connections) {
        return new Load("%,d connections".formatted(connections), connections, 0, 0, EVENT_BYTES, VISITORS);
    }

    static Load openLoop(int rate, int connections) {
        return new Load("%,d/s".formatted(rate), connections, rate, 0, EVENT_BYTES, VISITORS);
    }

    static Load batches(int events, int connections) {
        return new Load("batches of " + events, connections, 0, events, EVENT_BYTES, VISITORS);
    }

    Load named(String other) {
        return new Load(other, connections, rate, batch, eventBytes, visitors);
    }

    Load withEventBytes(int bytes) {
        return new Load(name, connections, rate, batch, bytes, visitors);
    }

    Load withVisitors(int count) {
        return new Load(name, connections, rate, batch, eventBytes, count);
    }

    LoadPlan plan(List<Integer> ports, String writeKey, Timing timing) {
        return new LoadPlan(
                ports, writeKey, connections, rate, batch, eventBytes, visitors, timing.warmup(), timing.measured());
    }
}

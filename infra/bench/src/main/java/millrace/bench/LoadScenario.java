package millrace.bench;

import java.util.List;
import millrace.bench.load.LoadPlan;

/**
 * A load under which servers are compared.
 *
 * @param name identifies the load in all results
 * @param rate requests a second; 0 for a closed loop
 * @param batch events per request; 0 for single events
 */
record LoadScenario(String name, int connections, int rate, int batch, int eventBytes, int visitors) {
    /** Size of the example events of the Segment specification with the fields that a browser adds. */
    static final int EVENT_BYTES = 735;

    static final int VISITORS = 10_000;

    static LoadScenario closedLoop(int connections) {
        return new LoadScenario("%,d connections".formatted(connections), connections, 0, 0, EVENT_BYTES, VISITORS);
    }

    static LoadScenario openLoop(int rate, int connections) {
        return new LoadScenario("%,d/s".formatted(rate), connections, rate, 0, EVENT_BYTES, VISITORS);
    }

    static LoadScenario batches(int events, int connections) {
        return new LoadScenario("batches of " + events, connections, 0, events, EVENT_BYTES, VISITORS);
    }

    LoadScenario named(String other) {
        return new LoadScenario(other, connections, rate, batch, eventBytes, visitors);
    }

    LoadScenario withEventBytes(int bytes) {
        return new LoadScenario(name, connections, rate, batch, bytes, visitors);
    }

    LoadScenario withVisitors(int count) {
        return new LoadScenario(name, connections, rate, batch, eventBytes, count);
    }

    LoadPlan plan(List<Integer> ports, String writeKey, LoadTiming timing) {
        return new LoadPlan(
                ports, writeKey, connections, rate, batch, eventBytes, visitors, timing.warmup(), timing.measured());
    }
}

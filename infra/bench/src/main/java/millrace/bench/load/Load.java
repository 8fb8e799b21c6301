package millrace.bench.load;

/**
 * A load under which servers are compared.
 *
 * @param name identifies the load in all results
 * @param connections number of connections; each carries one request at a time
 * @param rate requests a second, independent of the responses; 0 sends the next request after each response
 * @param batch events per request of {@code /v1/batch}; 0 sends single events to {@code /v1/track}
 * @param visitors number of distinct visitors, the keys of the events
 */
public record Load(String name, int connections, int rate, int batch, int eventBytes, int visitors) {
    /** Size of the example events of the Segment specification with the fields that a browser adds. */
    public static final int EVENT_BYTES = 735;

    public static final int VISITORS = 10_000;

    public static Load closedLoop(int connections) {
        return new Load("%,d connections".formatted(connections), connections, 0, 0, EVENT_BYTES, VISITORS);
    }

    public static Load openLoop(int rate, int connections) {
        return new Load("%,d/s".formatted(rate), connections, rate, 0, EVENT_BYTES, VISITORS);
    }

    public static Load batches(int events, int connections) {
        return new Load("batches of " + events, connections, 0, events, EVENT_BYTES, VISITORS);
    }

    public Load named(String other) {
        return new Load(other, connections, rate, batch, eventBytes, visitors);
    }

    public Load withEventBytes(int bytes) {
        return new Load(name, connections, rate, batch, bytes, visitors);
    }

    public Load withVisitors(int count) {
        return new Load(name, connections, rate, batch, eventBytes, count);
    }

    int eventsPerRequest() {
        return Math.max(1, batch);
    }
}

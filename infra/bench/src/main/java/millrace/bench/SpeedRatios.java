package millrace.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Throughput ratios of the edge to the other servers, by load. Only results under equal loads are compared. */
record SpeedRatios(List<IngestMeasurement> rows, List<LoadScenario> loads) {
    private static final List<String> OTHERS = List.of(ServerVariant.NODE, ServerVariant.NAIVE, ServerVariant.HTTP);

    /**
     * Returns a line for each other server; loads with a constant rate are left out, because all servers have equal
     * throughput there.
     */
    List<String> text() {
        var lines = new ArrayList<String>();
        for (var other : OTHERS) {
            var ratios = loads.stream()
                    .filter(load -> load.rate() == 0)
                    .flatMap(load -> ratio(other, load).stream())
                    .toList();
            if (!ratios.isEmpty()) {
                lines.add("edge / %-6s %s".formatted(other, String.join(", ", ratios)));
            }
        }
        return lines;
    }

    private Optional<String> ratio(String other, LoadScenario load) {
        return speed(ServerVariant.EDGE, load)
                .flatMap(edge -> speed(other, load).map(speed -> "%.2f at %s".formatted(edge / speed, load.name())));
    }

    private Optional<Double> speed(String server, LoadScenario load) {
        return rows.stream()
                .filter(row -> row.server().equals(server) && row.load().equals(load.name()))
                .map(row -> row.result().eventsPerSecond())
                .filter(speed -> speed > 0)
                .findFirst();
    }
}

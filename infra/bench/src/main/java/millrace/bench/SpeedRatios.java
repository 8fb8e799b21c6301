package millrace.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** How many times as fast as the others the edge is, load by load: only what was measured the same way is compared. */
record SpeedRatios(List<IngestMeasurement> rows, List<LoadScenario> loads) {
    private static final List<String> OTHERS = List.of(ServerVariant.NODE, ServerVariant.NAIVE, ServerVariant.HTTP);

    /** A line for each of the others; at a constant rate all are equally fast. */
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

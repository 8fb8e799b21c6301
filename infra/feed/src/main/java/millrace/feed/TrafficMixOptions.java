package millrace.feed;

import picocli.CommandLine.Option;

/** Options for the shares of irregular events in the simulated traffic. */
final class TrafficMixOptions {
    @Option(
            names = "--duplicates",
            paramLabel = "PERCENT",
            description = "Events that are sent twice. Default: ${DEFAULT-VALUE}.")
    private double duplicates = TrafficMix.DEFAULT.duplicates();

    @Option(
            names = "--out-of-order",
            paramLabel = "PERCENT",
            description = "Clicks that are sent after later ones. Default: ${DEFAULT-VALUE}.")
    private double outOfOrder = TrafficMix.DEFAULT.outOfOrder();

    @Option(
            names = "--late",
            paramLabel = "PERCENT",
            description = "Page views that are days too late to count. Default: ${DEFAULT-VALUE}.")
    private double late = TrafficMix.DEFAULT.late();

    @Option(
            names = "--malformed",
            paramLabel = "PERCENT",
            description = "Events that the edge must reject. Default: ${DEFAULT-VALUE}.")
    private double malformed = TrafficMix.DEFAULT.malformed();

    TrafficMix mix() {
        return new TrafficMix(duplicates, outOfOrder, late, malformed);
    }
}

package millrace.feed;

import picocli.CommandLine.Option;

/** How much of the simulated traffic is out of line. */
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
            description = "Events that the edge has to refuse. Default: ${DEFAULT-VALUE}.")
    private double malformed = TrafficMix.DEFAULT.malformed();

    TrafficMix mix() {
        return new TrafficMix(duplicates, outOfOrder, late, malformed);
    }
}

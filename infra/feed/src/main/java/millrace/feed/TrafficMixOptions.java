package millrace.feed;

import picocli.CommandLine.Option;

/** How much of the simulated traffic is out of line. */
final class MixOptions {
    @Option(
            names = "--duplicates",
            paramLabel = "PERCENT",
            description = "Events that are sent twice. Default: ${DEFAULT-VALUE}.")
    private double duplicates = Mix.USUAL.duplicates();

    @Option(
            names = "--out-of-order",
            paramLabel = "PERCENT",
            description = "Clicks that are sent after later ones. Default: ${DEFAULT-VALUE}.")
    private double outOfOrder = Mix.USUAL.outOfOrder();

    @Option(
            names = "--late",
            paramLabel = "PERCENT",
            description = "Page views that are days too late to count. Default: ${DEFAULT-VALUE}.")
    private double late = Mix.USUAL.late();

    @Option(
            names = "--malformed",
            paramLabel = "PERCENT",
            description = "Events that the edge has to refuse. Default: ${DEFAULT-VALUE}.")
    private double malformed = Mix.USUAL.malformed();

    Mix mix() {
        return new Mix(duplicates, outOfOrder, late, malformed);
    }
}

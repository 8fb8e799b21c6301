package millrace.feed;

import java.io.PrintWriter;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/** Options of feeds that send orders: whether to wait for the outcomes of the orders. */
final class OrderWaitOptions {
    @Option(
            names = "--wait",
            description = "Wait for the outcomes of the orders and count them; exit code 1 if any stays unknown.")
    private boolean wait;

    @Option(
            names = "--wait-limit",
            paramLabel = "TIME",
            defaultValue = "1m",
            description = "How long to wait with --wait. Default: ${DEFAULT-VALUE}.")
    private Duration limit;

    @Option(
            names = "--orders-url",
            paramLabel = "URL",
            defaultValue = "${env:MILLRACE_ORDERS_URL}",
            description = "URL of the orders service. Default: MILLRACE_ORDERS_URL, else the one of bin/up.")
    private URI orders;

    @Option(
            names = "--reader-key",
            paramLabel = "KEY",
            defaultValue = "${env:MILLRACE_READER_KEY}",
            description = "API key of a reader. Default: MILLRACE_READER_KEY, else the key that bin/up made.")
    private String readerKey;

    @Option(
            names = "--source",
            paramLabel = "NAME",
            description = "Source of the write key: the first part of order ids. Default: the feed's name.")
    private String source;

    /** Returns the tracker of outcomes; empty without {@code --wait}. */
    Optional<OrderOutcomes> outcomes(String feed) {
        return wait
                ? Optional.of(new OrderOutcomes(
                        TargetOptions.isGiven(orders)
                                ? orders
                                : URI.create(TargetOptions.running("orders.url", "--orders-url")),
                        TargetOptions.isGiven(readerKey)
                                ? readerKey
                                : TargetOptions.running("api-key.reader", "--reader-key"),
                        TargetOptions.isGiven(source) ? source : feed))
                : Optional.empty();
    }

    /** Returns the callback for orders that the edge accepted. */
    static Consumer<FeedMessage> recorder(Optional<OrderOutcomes> outcomes) {
        return order -> outcomes.ifPresent(all -> all.accepted(order));
    }

    /** Waits for the outcomes, prints them and returns the exit code: 1 if any is unknown. */
    int await(Optional<OrderOutcomes> outcomes, PrintWriter out) {
        if (outcomes.isEmpty()) {
            return 0;
        }
        var counts = outcomes.get().await(limit);
        var orders = counts.values().stream().mapToLong(Long::longValue).sum();
        var text = counts.entrySet().stream()
                .map(outcome -> String.format(Locale.ROOT, "%,d %s", outcome.getValue(), outcome.getKey()))
                .collect(Collectors.joining(", "));
        out.printf(
                Locale.ROOT, "Of the %,d orders that the edge accepted: %s%n", orders, text.isEmpty() ? "none" : text);
        out.flush();
        return counts.containsKey(OrderOutcomes.UNKNOWN) ? 1 : 0;
    }
}

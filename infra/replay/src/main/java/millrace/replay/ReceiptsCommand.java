package millrace.replay;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import millrace.events.Generation.ReplayReceipt;
import millrace.events.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Prints the receipts. */
@Command(
        name = "receipts",
        header = "Prints the receipts of what was done.",
        description = {
            "Prints what was run, switched, rolled back and dropped: who, when, how long, which generation, how many records of"
                    + " which offsets, the digests, and the outcome. Receipts are kept on the channel generations."
        })
final class ReceiptsCommand implements Callable<Integer> {
    @Parameters(paramLabel = "CONSUMER", arity = "0..1", description = "Only those of that consumer, such as orders.")
    private String consumer;

    @Option(names = "--json", description = "As JSON, a receipt a line, with all fields.")
    private boolean json;

    @ParentCommand
    private ReplayCommand replay;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        var out = spec.commandLine().getOut();
        new GenerationLog(replay.platform())
                .receipts().stream()
                        .filter(receipt -> consumer == null || consumer.equals(receipt.consumer()))
                        .forEach(receipt -> out.println(json ? Json.text(receipt) : text(receipt)));
        out.flush();
        return 0;
    }

    private static String text(ReplayReceipt receipt) {
        var took = Optional.ofNullable(receipt.end())
                .map(end -> " in "
                        + RebuildProgress.text(
                                Duration.between(receipt.begin(), end).toMillis() / 1000.0))
                .orElse("");
        var ranges = new StringBuilder();
        receipt.ranges()
                .forEach(range -> ranges.append("\n    %s-%d %d to %d"
                        .formatted(range.channel(), range.partition(), range.from(), range.to())));
        return String.format(
                Locale.ROOT,
                "%s  %s %s, generation %d%s, by %s%s: %,d records. %s%s",
                receipt.begin().truncatedTo(ChronoUnit.SECONDS),
                receipt.action(),
                receipt.consumer(),
                receipt.generation(),
                receipt.partial() ? " (partial)" : "",
                receipt.by(),
                took,
                receipt.records(),
                receipt.outcome(),
                ranges);
    }
}

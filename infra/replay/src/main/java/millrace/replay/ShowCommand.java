package millrace.replay;

import java.io.IOException;
import java.util.concurrent.Callable;
import millrace.generation.RebuildException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Replays a single key. */
@Command(
        name = "show",
        header = "Replays one order, and shows it after each event.",
        description = {
            "Replays one order: reads its records on the channel transactions, applies them with the code of orders, and"
                    + " prints each transaction and the order after it. Changes nothing, and needs no database.",
            "Example: bin/replay show orders retail/536365"
        })
final class ShowCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "CONSUMER", description = "orders; no other consumer can be replayed by key.")
    private String consumer;

    @Parameters(index = "1", paramLabel = "KEY", description = "The order's id.")
    private String key;

    @ParentCommand
    private ReplayCommand replay;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (!consumer.equals("orders")) {
            throw new RebuildException("There is no single key of %s to show: expected orders.".formatted(consumer));
        }
        var platform = replay.platform();
        var command = platform.command(consumer) + " show \"$1\"";
        var process = new ProcessBuilder("/bin/sh", "-c", command, consumer, key)
                .directory(platform.root().toFile())
                .inheritIO();
        process.environment().putAll(platform.vars());
        return process.start().waitFor();
    }
}

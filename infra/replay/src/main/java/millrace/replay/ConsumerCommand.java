package millrace.replay;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Base of the subcommands that act on one consumer. */
abstract class ConsumerCommand implements Callable<Integer> {
    @Parameters(paramLabel = "CONSUMER", description = "Name of the consumer, such as orders.")
    private String consumer;

    @ParentCommand
    private ReplayCommand replay;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        try (var context = replay.context(consumer, out())) {
            return execute(context);
        }
    }

    /** @return the exit code */
    abstract int execute(ReplayContext context);

    ShutdownSignal shutdown() {
        return replay.shutdown();
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}

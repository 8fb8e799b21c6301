package millrace.replay;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** A subcommand about one consumer. */
abstract class Subject implements Callable<Integer> {
    @Parameters(paramLabel = "CONSUMER", description = "orders or analytics.")
    private String consumer;

    @ParentCommand
    private Replay replay;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        try (var desk = replay.desk(consumer, out())) {
            return work(desk);
        }
    }

    /** @return the exit code */
    abstract int work(Desk desk);

    StopWish stop() {
        return replay.stop();
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}

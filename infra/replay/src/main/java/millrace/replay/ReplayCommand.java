package millrace.replay;

import java.io.PrintWriter;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import millrace.generation.RebuildException;
import millrace.generation.Rebuildable;
import millrace.paas.ConfigVarsException;
import millrace.release.ReleaseException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** {@code bin/replay}: rebuilds consumers from their channels while the live generations run. */
@Command(
        name = "bin/replay",
        subcommands = {
            PlanCommand.class,
            RunCommand.class,
            CompareCommand.class,
            SwitchCommand.class,
            RollbackCommand.class,
            DropCommand.class,
            ReceiptsCommand.class,
            ShowCommand.class
        },
        description = {
            "Rebuilds a consumer from its channels beside the live one, shows whether both"
                    + " have the same state, and lets the new generation take over. Until the switch it has no effect.",
            "",
            "The usual order: plan, run (until it has caught up), compare, switch; then drop the old generation, or"
                    + " rollback to it.",
            "",
            "Works on what bin/up started, or on the platform whose config vars (KAFKA_URL, DATABASE_URL ...) are in the"
                    + " environment, there also as a one-off process."
        })
final class ReplayCommand {
    @Option(names = "--help", usageHelp = true, scope = ScopeType.INHERIT, description = "Shows this.")
    private boolean help;

    private final Supplier<PlatformConnection> platform;
    private final Function<PlatformConnection, List<String>> consumers;
    private final BiFunction<PlatformConnection, String, Rebuildable> port;
    private final ShutdownSignal shutdown;

    private ReplayCommand(
            Supplier<PlatformConnection> platform,
            Function<PlatformConnection, List<String>> consumers,
            BiFunction<PlatformConnection, String, Rebuildable> port,
            ShutdownSignal shutdown) {
        this.platform = platform;
        this.consumers = consumers;
        this.port = port;
        this.shutdown = shutdown;
    }

    public static void main(String[] arguments) {
        var shutdown = ShutdownSignal.ofProcess();
        var exitCode = commandLine(
                        PlatformConnection::current, PlatformConnection::consumers, RebuildProcess::new, shutdown)
                .execute(arguments);
        shutdown.finished();
        System.exit(exitCode);
    }

    /**
     * Builds the command line. A refused command prints its reason as one sentence on standard error and exits with 1;
     * an unexpected failure prints its stack trace.
     *
     * @param consumers names of the consumers that can be rebuilt
     * @param port of a consumer, which each command opens and closes
     */
    static CommandLine commandLine(
            Supplier<PlatformConnection> platform,
            Function<PlatformConnection, List<String>> consumers,
            BiFunction<PlatformConnection, String, Rebuildable> port,
            ShutdownSignal shutdown) {
        return new CommandLine(new ReplayCommand(platform, consumers, port, shutdown))
                .setExecutionExceptionHandler((failure, line, result) -> {
                    if (failure instanceof RebuildException
                            || failure instanceof ConfigVarsException
                            || failure instanceof ReleaseException) {
                        line.getErr().println(failure.getMessage());
                    } else {
                        failure.printStackTrace(line.getErr());
                    }
                    return 1;
                });
    }

    PlatformConnection platform() {
        return platform.get();
    }

    ShutdownSignal shutdown() {
        return shutdown;
    }

    /** The caller closes the context. */
    ReplayContext context(String consumer, PrintWriter out) {
        var platform = platform();
        requireRebuildable(platform, consumer);
        return ReplayContext.of(platform, consumer, port.apply(platform, consumer), out);
    }

    private void requireRebuildable(PlatformConnection platform, String consumer) {
        // fork: audit
        if (consumer.equals("audit")) {
            throw new RebuildException(
                    "The archive of audit is not derived state and is not rebuilt: bin/audit verify checks"
                            + " it, bin/audit restore publishes its records on a new channel.");
        }
        // fork: end
        var known = consumers.apply(platform);
        if (!known.contains(consumer)) {
            throw new RebuildException(
                    "There is no consumer %s: expected one of %s.".formatted(consumer, String.join(", ", known)));
        }
    }
}

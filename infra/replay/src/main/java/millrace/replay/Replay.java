package millrace.replay;

import java.io.PrintWriter;
import java.util.List;
import java.util.function.Supplier;
import millrace.paas.ConfigVarsException;
import millrace.release.ReleaseFailed;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** {@code bin/replay}: consumers are rebuilt from their channels while the live ones run. */
@Command(
        name = "bin/replay",
        subcommands = {
            Plan.class,
            Run.class,
            Compare.class,
            Switch.class,
            Rollback.class,
            Drop.class,
            Receipts.class,
            Show.class
        },
        description = {
            "Rebuilds a consumer (orders, analytics) from its channels beside the live one, shows whether both"
                    + " came to the same, and lets the new generation take over. Until the switch nobody notices.",
            "",
            "The usual way: plan, run (until it has caught up), compare, switch; then drop the old generation, or"
                    + " rollback to it.",
            "",
            "Works on what bin/up started, or on the platform whose config vars (KAFKA_URL, DATABASE_URL ...) are in the"
                    + " environment, there also as a one-off process."
        })
final class Replay {
    @Option(names = "--help", usageHelp = true, scope = ScopeType.INHERIT, description = "Shows this.")
    private boolean help;

    private final Supplier<Site> site;
    private final StopWish stop;

    Replay(Supplier<Site> site, StopWish stop) {
        this.site = site;
        this.stop = stop;
    }

    public static void main(String[] arguments) {
        var stop = StopWish.ofProcess();
        var exitCode = commandLine(Site::here, stop).execute(arguments);
        stop.done();
        System.exit(exitCode);
    }

    /** A line that says in a sentence why it cannot do what it was asked to. */
    static CommandLine commandLine(Supplier<Site> site, StopWish stop) {
        return new CommandLine(new Replay(site, stop)).setExecutionExceptionHandler((failure, line, result) -> {
            if (failure instanceof CannotReplay
                    || failure instanceof ConfigVarsException
                    || failure instanceof ReleaseFailed) {
                line.getErr().println(failure.getMessage());
            } else {
                failure.printStackTrace(line.getErr());
            }
            return 1;
        });
    }

    Site site() {
        return site.get();
    }

    StopWish stop() {
        return stop;
    }

    /** To be closed. */
    Desk desk(String consumer, PrintWriter out) {
        var here = site();
        return Desk.of(here, rebuilt(here, consumer), out);
    }

    private static Rebuilt rebuilt(Site site, String consumer) {
        return switch (consumer) {
            case "orders" -> new OrdersRebuilt(site);
            case "analytics" -> new AnalyticsRebuilt(site);
            case "audit" ->
                throw new CannotReplay(
                        "The archive of audit is not derived state and is not rebuilt: bin/audit verify checks"
                                + " it, bin/audit restore publishes its records on a new channel.");
            default ->
                throw new CannotReplay("There is no consumer %s: expected one of %s."
                        .formatted(consumer, String.join(", ", List.of("orders", "analytics"))));
        };
    }
}

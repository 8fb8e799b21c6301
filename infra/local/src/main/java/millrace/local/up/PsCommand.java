package millrace.local.up;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import millrace.local.StartException;
import millrace.local.control.ControlClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;

/** {@code bin/ps}: shows the processes of a running {@code bin/up}, and changes them. */
@Command(
        name = "bin/ps",
        description = {
            "Shows the processes that bin/up runs: state, since when, memory (of the limit of the container) and port.",
            "",
            "NAME is a process, such as orders.2, kafka-1 or database, or a type, such as orders, for all its processes."
                    + " A command waits until what it has started is up and what it has stopped is down."
        })
public final class PsCommand implements Callable<Integer> {
    private static final Duration SETTLED_WITHIN = Duration.ofSeconds(120);
    private static final long PAUSE_MS = 200;
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss").withZone(ZoneId.systemDefault());

    @Option(names = "--help", usageHelp = true, scope = ScopeType.INHERIT, description = "Shows this.")
    private boolean help;

    @Option(names = "--json", scope = ScopeType.INHERIT, description = "As JSON.")
    private boolean json;

    public static void main(String[] arguments) {
        System.exit(UpCommand.commandLine(new PsCommand()).execute(arguments));
    }

    @Override
    public Integer call() throws InterruptedException {
        try (var up = ControlClient.of(UpCommand.dataDirectory())) {
            print(up.call("GET", "/processes", null));
        }
        return 0;
    }

    @Command(
            name = "scale",
            description = {
                "Starts or stops processes of a type.",
                "Starts processes, or stops those with the highest numbers, until so many run; 0 stops all. A further"
                        + " process listens at a free port. Of web at most one runs: senders know its port, and there is no"
                        + " router before it as on the PaaS."
            })
    int scale(
            @Parameters(paramLabel = "TYPE=N", arity = "1..*", description = "For example orders=2.")
                    Map<String, Integer> quantities)
            throws InterruptedException {
        try (var up = ControlClient.of(UpCommand.dataDirectory())) {
            var affected = new HashSet<String>();
            for (var quantity : quantities.entrySet()) {
                affected.addAll(names(
                        up.call("POST", path(quantity.getKey(), "scale"), Map.of("quantity", quantity.getValue()))));
            }
            return settle(up, affected, false);
        }
    }

    @Command(
            name = "restart",
            description = {
                "Restarts processes.",
                "A process is asked to end, and killed where it has not ended after 30 s. One that is down is started."
            })
    int restart(@Parameters(paramLabel = "NAME", arity = "1..*") List<String> names) throws InterruptedException {
        return post(names, "restart", Map.of());
    }

    @Command(
            name = "stop",
            description = {
                "Stops processes.",
                "A process is asked to end, and killed where it has not ended after 30 s. It stays down until restart, or"
                        + " scale to its number or more."
            })
    int stop(@Parameters(paramLabel = "NAME", arity = "1..*") List<String> names) throws InterruptedException {
        return post(names, "stop", Map.of());
    }

    @Command(
            name = "kill",
            description = {
                "Kills processes.",
                "They end at once, as in a failure of their machine, and are restarted like all that end without being"
                        + " asked to: after 1 s, and later each time up to 30 s."
            })
    int kill(@Parameters(paramLabel = "NAME", arity = "1..*") List<String> names) throws InterruptedException {
        return post(names, "kill", Map.of());
    }

    @Command(
            name = "pause",
            description = {"Suspends processes.", "They keep their connections and do nothing (SIGSTOP) until resume."})
    int pause(@Parameters(paramLabel = "NAME", arity = "1..*") List<String> names) throws InterruptedException {
        return post(names, "pause", Map.of());
    }

    @Command(name = "resume", description = "Lets paused and slow processes run at full speed again.")
    int resume(@Parameters(paramLabel = "NAME", arity = "1..*") List<String> names) throws InterruptedException {
        return post(names, "resume", Map.of());
    }

    @Command(
            name = "slow",
            description = {
                "Slows processes down.",
                "They run for PERCENT of each tenth of a second, and are suspended for the rest, until resume or their"
                        + " end."
            })
    int slow(
            @Parameters(index = "0", paramLabel = "NAME") String name,
            @Parameters(index = "1", paramLabel = "PERCENT", description = "From 5 to 95.") int percent)
            throws InterruptedException {
        return post(List.of(name), "slow", Map.of("percent", percent));
    }

    @Command(
            name = "run",
            description = {
                "Runs a one-off process.",
                "Runs a command in this terminal and in the folder of the project, with the environment of the"
                        + " application, as heroku run does. One argument is a line for a shell; several are a program"
                        + " and its arguments. Ends with the exit code of the command."
            })
    int run(
            @Option(names = "--environment", hidden = true) boolean environment,
            @Parameters(paramLabel = "COMMAND", arity = "0..*", description = "For example: bin/channels check.")
                    List<String> command)
            throws InterruptedException {
        if (!environment) {
            // The script runs the command, and asks for the environment, which has secrets and is not for the screen.
            throw new StartException("Usage: bin/ps run COMMAND [ARGUMENT...], without an option before run.");
        }
        try (var up = ControlClient.of(UpCommand.dataDirectory())) {
            up.call("POST", "/one-off", null)
                    .get("environment")
                    .properties()
                    .forEach(variable -> System.out.println("export " + variable.getKey() + "='"
                            + variable.getValue().asText().replace("'", "'\\''") + "'"));
        }
        return 0;
    }

    private int post(List<String> names, String action, Map<String, ?> body) throws InterruptedException {
        try (var up = ControlClient.of(UpCommand.dataDirectory())) {
            var affected = new HashSet<String>();
            for (var name : names) {
                affected.addAll(names(up.call("POST", path(name, action), body)));
            }
            return settle(up, affected, action.equals("kill"));
        }
    }

    /**
     * Waits until the processes are up, down or crashed, and prints all. Fails if one of them has crashed, unless it was
     * killed, or is in no such state after two minutes.
     */
    private int settle(ControlClient up, Set<String> names, boolean killed) throws InterruptedException {
        var end = Instant.now().plus(SETTLED_WITHIN);
        while (true) {
            var all = up.call("GET", "/processes", null);
            var crashed = killed ? "" : named(all, names, Set.of("crashed"));
            if (!crashed.isEmpty()) {
                throw new StartException(crashed + ": bin/logs shows why.");
            }
            var unsettled = named(all, names, Set.of("starting", "stopping"));
            if (unsettled.isEmpty()) {
                print(all);
                return 0;
            }
            if (Instant.now().isAfter(end)) {
                throw new StartException("After " + SETTLED_WITHIN.toSeconds() + " s " + unsettled + ".");
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
        }
    }

    /** Those of the processes that are in one of the states, as a part of a sentence. */
    private static String named(JsonNode processes, Set<String> names, Set<String> states) {
        return stream(processes)
                .filter(process -> names.contains(process.get("name").asText()))
                .filter(process -> states.contains(process.get("state").asText()))
                .map(process -> process.get("name").asText() + " is "
                        + process.get("description").asText())
                .collect(Collectors.joining(", "));
    }

    private void print(JsonNode processes) {
        if (json) {
            System.out.println(processes);
            return;
        }
        System.out.print(row("process", "state", "since", "memory", "port"));
        stream(processes)
                .forEach(process -> System.out.print(row(
                        process.get("name").asText(),
                        process.get("description").asText(),
                        TIME.format(Instant.parse(process.get("since").asText())),
                        memory(process),
                        process.path("port").asText())));
    }

    private static String memory(JsonNode process) {
        var used = process.get("memoryBytes").asLong() >> 20;
        return process.has("memoryLimitBytes")
                ? used + "/" + (process.get("memoryLimitBytes").asLong() >> 20) + " MiB"
                : used + " MiB";
    }

    private static String row(String process, String state, String since, String memory, String port) {
        return "%-12s %-26s %-19s %13s %6s"
                        .formatted(process, state, since, memory, port)
                        .stripTrailing() + "\n";
    }

    private static String path(String name, String action) {
        return "/processes/" + ControlClient.part(name) + "/" + action;
    }

    private static Set<String> names(JsonNode processes) {
        return stream(processes).map(process -> process.get("name").asText()).collect(Collectors.toSet());
    }

    private static Stream<JsonNode> stream(JsonNode processes) {
        return StreamSupport.stream(processes.spliterator(), false);
    }
}

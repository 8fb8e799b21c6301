package millrace.console.faults;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import millrace.console.view.ServiceClient;
import millrace.events.TerminalText;
import millrace.local.up.UpCommand;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;

/** {@code bin/faults}: shows the faults of a running {@code bin/up}, does and undoes some. The console does the work. */
@Command(
        name = "bin/faults",
        description = {
            "Shows the faults that are done to what bin/up has started, and the last ones that are over.",
            "",
            "A fault is undone when its time is over, also by a console that was killed meanwhile."
        })
public final class FaultsCommand implements Callable<Integer> {
    private static final String ME = "bin/faults";
    private static final int SHOWN = 15;
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss").withZone(ZoneId.systemDefault());

    @Option(names = "--help", usageHelp = true, scope = ScopeType.INHERIT, description = "Shows this.")
    private boolean help;

    @Option(names = "--json", scope = ScopeType.INHERIT, description = "As JSON.")
    private boolean json;

    public static void main(String[] arguments) {
        System.exit(UpCommand.commandLine(new FaultsCommand()).execute(arguments));
    }

    @Override
    public Integer call() throws InterruptedException {
        try (var console = ConsoleClient.connect(UpCommand.dataDirectory())) {
            var faults = console.call("GET", "/api/faults", null);
            if (json) {
                System.out.println(TerminalText.line(faults.toString()));
            } else {
                print(faults);
            }
        }
        return 0;
    }

    @Command(
            name = "do",
            description = {
                "Does a fault.",
                "KIND is one of stop, kill, pause, slow (VALUE is the percentage of the time in which the process runs, 5 to 95),"
                        + " scale (VALUE is the number of processes of a type), fail (of a broker, and needs no PROCESS)"
                        // fork: audit
                        + ", tamper (one byte of a record in the archive; PROCESS is a channel or CHANNEL/PARTITION, VALUE an"
                        + " offset, by default that of the last record that is signed)"
                        // fork: end
                        + ".",
                "kill and fail mend by themselves: bin/up starts again what has ended."
            })
    int start(
            @Parameters(index = "0", paramLabel = "KIND") String kind,
            @Parameters(
                            index = "1",
                            arity = "0..1",
                            paramLabel = "PROCESS",
                            description = "Such as orders.1 or orders.")
                    Optional<String> process,
            @Parameters(index = "2", arity = "0..1", paramLabel = "VALUE") Optional<Long> value,
            @Option(
                            names = "--for",
                            paramLabel = "SECONDS",
                            defaultValue = "30",
                            description = "After these it is undone. Default: ${DEFAULT-VALUE}.")
                    long seconds)
            throws InterruptedException {
        var wish = new LinkedHashMap<String, Object>();
        wish.put("kind", kind);
        wish.put("process", process.orElse(""));
        value.ifPresent(number -> wish.put("value", number));
        wish.put("seconds", seconds);
        return post("/api/faults", wish, fault -> row(fault));
    }

    @Command(
            name = "undo",
            description = {
                "Undoes faults.",
                "Undoes the faults with these numbers; without one all of them, and stops the game."
            })
    int undo(
            @Parameters(paramLabel = "NUMBER", arity = "0..*", description = "Of a fault, as bin/faults shows it.")
                    List<String> numbers)
            throws InterruptedException {
        if (numbers == null || numbers.isEmpty()) {
            return post("/api/faults/revert", Map.of(), all -> all.isEmpty() ? "Nothing is disturbed.\n" : rows(all));
        }
        for (var number : numbers) {
            post("/api/faults/" + ServiceClient.part(number) + "/revert", Map.of(), fault -> row(fault));
        }
        return 0;
    }

    @Command(
            name = "game",
            description = {
                "Begins a game of faults.",
                "Faults come at random moments to random processes of the application, and are undone after some seconds."
                        + " The same seed, pace and processes make the same game. It stops by itself; bin/faults undo stops it"
                        + " at once."
            })
    int game(
            @Option(
                            names = "--seed",
                            paramLabel = "N",
                            defaultValue = "42",
                            description = "Decides the faults. Default: ${DEFAULT-VALUE}.")
                    long seed,
            @Option(
                            names = "--for",
                            paramLabel = "SECONDS",
                            defaultValue = "120",
                            description = "10 to 3600. Default: ${DEFAULT-VALUE}.")
                    long seconds,
            @Option(
                            names = "--every",
                            paramLabel = "SECONDS",
                            defaultValue = "10",
                            description =
                                    "From one fault to the next, on average; 3 to 600. Default: ${DEFAULT-VALUE}.")
                    long pace)
            throws InterruptedException {
        return post(
                "/api/faults/game",
                Map.of("seed", seed, "seconds", seconds, "pace", pace),
                game -> "The game with the seed %d runs until %s.\n"
                        .formatted(
                                game.path("seed").asLong(),
                                TIME.format(Instant.parse(game.path("startedAt").asText())
                                        .plusSeconds(game.path("seconds").asLong()))));
    }

    private int post(String path, Map<String, ?> wish, Function<JsonNode, String> text) throws InterruptedException {
        var body = new LinkedHashMap<String, Object>(wish);
        body.put("by", ME);
        try (var console = ConsoleClient.connect(UpCommand.dataDirectory())) {
            var answer = console.call("POST", path, body);
            System.out.print(json ? TerminalText.line(answer.toString()) + "\n" : text.apply(answer));
        }
        return 0;
    }

    private static void print(JsonNode faults) {
        var current = faults.path("current");
        System.out.print(current.isEmpty() ? "Nothing is disturbed.\n" : rows(current));
        var game = faults.path("game");
        if (game.has("seed") && !game.has("endedAt")) {
            System.out.printf(
                    "A game runs with the seed %d: %d of %d faults are done.%n",
                    game.path("seed").asLong(),
                    game.path("next").asInt(),
                    faults.path("moves").asInt());
        }
        var over = new ArrayList<JsonNode>();
        faults.path("history").forEach(fault -> {
            if (fault.has("endedAt") && over.size() < SHOWN) {
                over.add(fault);
            }
        });
        if (!over.isEmpty()) {
            System.out.println("\nOver:");
            over.forEach(fault -> System.out.print(row(fault)));
        }
    }

    private static String rows(JsonNode faults) {
        var text = new StringBuilder();
        faults.forEach(fault -> text.append(row(fault)));
        return text.toString();
    }

    static String row(JsonNode fault) {
        var value = fault.has("value") ? " " + fault.path("value").asText() : "";
        var end = fault.has("endedAt")
                ? fault.path("outcome").asText()
                : fault.has("problem")
                        ? "not undone yet: " + fault.path("problem").asText()
                        : "until "
                                + TIME.format(Instant.parse(fault.path("endsAt").asText()));
        return TerminalText.line("%4s  %s  %-6s %-18s %-16s %s"
                        .formatted(
                                fault.path("id").asText(),
                                TIME.format(
                                        Instant.parse(fault.path("startedAt").asText())),
                                fault.path("kind").asText(),
                                fault.path("process").asText() + value,
                                fault.path("by").asText(),
                                end))
                + "\n";
    }
}

package millrace.release.doctor;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import millrace.channels.Finding;
import millrace.channels.Finding.Severity;
import millrace.channels.LoadBudget;
import millrace.channels.Plan;
import millrace.events.Catalogue;
import millrace.events.Json;
import millrace.release.ChannelsCommand.PlanConverter;
import millrace.release.CommandPlatform;
import millrace.release.ReleaseException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bin/doctor}: says what is wrong with a platform, and what to do. */
@Command(
        name = "bin/doctor",
        description = {
            "Examines config vars, Kafka and database of a platform: says what is wrong, what to do, and what the"
                    + " permissions hide. Changes nothing.",
            "",
            "Examines what bin/up started, or the platform whose config vars (KAFKA_URL, DATABASE_URL ...) are in the"
                    + " environment.",
            "",
            "Exit code: 0 where nothing is wrong, 1 where something is."
        })
final class DoctorCommand implements Callable<Integer> {
    @Option(names = "--help", usageHelp = true, description = "Shows this.")
    private boolean help;

    @Option(names = "--json", description = "Prints JSON.")
    private boolean json;

    @Option(
            names = "--plan",
            paramLabel = "NAME",
            converter = PlanConverter.class,
            description = "Plan of the reference platform, such as basic-0, whose limits are checked.")
    private Plan plan;

    @Option(
            names = "--events",
            paramLabel = "N",
            defaultValue = "0",
            description = "Events a second that the plan has to take, on average over a week.")
    private double eventsPerSecond;

    private final Map<String, String> environment;
    private final Clock clock;
    private final PrintStream out;

    DoctorCommand(Map<String, String> environment, Clock clock, PrintStream out) {
        this.environment = environment;
        this.clock = clock;
        this.out = out;
    }

    public static void main(String[] arguments) {
        var out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        System.exit(commandLine(new DoctorCommand(System.getenv(), Clock.systemUTC(), out))
                .execute(arguments));
    }

    /** Builds the command line. A command without a platform prints a sentence and exits with 1. */
    static CommandLine commandLine(DoctorCommand command) {
        return new CommandLine(command).setExecutionExceptionHandler((failure, line, result) -> {
            if (failure instanceof ReleaseException) {
                line.getErr().println(failure.getMessage());
            } else {
                failure.printStackTrace(line.getErr());
            }
            return 1;
        });
    }

    @Override
    public Integer call() throws JsonProcessingException {
        var findings = new ArrayList<Finding>();
        if (!(eventsPerSecond >= 0)) {
            throw new ReleaseException("--events has to be 0 or more, and is " + eventsPerSecond + ".");
        }
        if (plan == null && eventsPerSecond > 0) {
            throw new ReleaseException("--events needs --plan, which has the limits.");
        }
        if (plan != null) {
            findings.addAll(new LoadBudget(plan).findings(Catalogue.entries(), eventsPerSecond));
        }
        findings.addAll(new Doctor(CommandPlatform.of(environment), clock).findings());
        if (json) {
            out.println(Json.MAPPER.writeValueAsString(Map.of("findings", findings)));
        } else {
            print(findings);
        }
        return findings.stream().anyMatch(Finding::isWrong) ? 1 : 0;
    }

    private void print(List<Finding> findings) {
        for (var severity : Severity.values()) {
            var some = findings.stream()
                    .filter(finding -> finding.severity() == severity)
                    .toList();
            if (!some.isEmpty()) {
                var name = severity.name();
                out.println(name.charAt(0) + name.substring(1).toLowerCase(Locale.ROOT) + ":");
                out.println(Finding.text(some));
            }
        }
        if (findings.stream().noneMatch(Finding::isWrong)) {
            out.println("Nothing is wrong.");
        }
    }
}

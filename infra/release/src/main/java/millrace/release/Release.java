package millrace.release;

import static java.util.stream.Collectors.toMap;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import millrace.events.Catalogue;
import millrace.paas.ConfigVarsException;
import millrace.paas.Need;
import millrace.paas.PaasSettings;

/**
 * The release phase: migrates the schemas and compares the platform with the catalogue. If it fails the PaaS keeps
 * running the former release. It cannot create topics: the PaaS grants that right to no application.
 */
public final class Release {
    /** The PaaS creates topics and groups some time after the command. */
    private static final Duration CREATED_WITHIN = Duration.ofMinutes(2);

    private final Map<String, String> vars;
    private final Path project;
    private final Duration createdWithin;
    private final PrintStream out;

    /** @param project folder with the Procfile */
    Release(Map<String, String> vars, Path project, Duration createdWithin, PrintStream out) {
        this.vars = vars;
        this.project = project;
        this.createdWithin = createdWithin;
        this.out = out;
    }

    public static void main(String[] arguments) {
        var release = new Release(System.getenv(), Path.of(""), CREATED_WITHIN, System.out);
        System.exit(release.run(List.of(arguments), System.err));
    }

    /**
     * Runs the command.
     *
     * @return exit code: 0, 1 if the release must stop, 2 if the arguments are unknown
     */
    int run(List<String> arguments, PrintStream err) {
        try {
            if (arguments.isEmpty()) {
                release();
            } else if (arguments.equals(List.of("--commands"))) {
                commands()
                        .all(
                                Catalogue.entries(),
                                Catalogue.consumers(processes()).keySet())
                        .forEach(out::println);
            } else {
                err.println(
                        "Usage: release [--commands]\n  --commands  print what makes every topic and consumer group");
                return 2;
            }
            return 0;
        } catch (ReleaseException | ConfigVarsException e) {
            err.println(e.getMessage());
            return 1;
        }
    }

    private void release() {
        var settings = PaasSettings.from(
                vars::get, Set.of(Need.KAFKA, Need.DATABASE), Optional.empty(), List.of(new ReleaseVars()));
        var processes = processes();
        new Migrations(settings.database().orElseThrow(), MigrationPlaceholders.of(vars), out).run(processes.keySet());
        try (var platform = new PlatformCheck(settings, commands(), out)) {
            platform.run(Catalogue.entries(), Catalogue.consumers(processes).keySet(), createdWithin);
        }
    }

    /** Commands of the Procfile by the name of their process. */
    private Map<String, String> processes() {
        var file = project.resolve("Procfile");
        try (var lines = Files.lines(file)) {
            return lines.filter(line -> line.contains(":"))
                    .map(line -> line.split(":", 2))
                    .collect(toMap(line -> line[0], line -> line[1], (first, second) -> first, LinkedHashMap::new));
        } catch (IOException e) {
            throw new ReleaseException(
                    "There is no " + file.toAbsolutePath() + ": run the release in the project folder.", e);
        }
    }

    private PlatformCommands commands() {
        return new PlatformCommands(!vars.getOrDefault("KAFKA_PREFIX", "").isBlank());
    }
}

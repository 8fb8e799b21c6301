package millrace.release;

import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import millrace.channels.ClusterCheck;
import millrace.channels.ClusterException;
import millrace.channels.Finding;
import millrace.channels.PlatformCommands;
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
            } else {
                err.println("The release takes no arguments; bin/channels and bin/doctor do.");
                return 2;
            }
            return 0;
        } catch (ReleaseException | ConfigVarsException | ClusterException e) {
            err.println(e.getMessage());
            return 1;
        }
    }

    private void release() {
        var settings = PaasSettings.from(
                // fork: audit
                vars::get, Set.of(Need.KAFKA, Need.DATABASE), Optional.empty(), List.of(new ReleaseVars()));
        // fork: instead vars::get, Set.of(Need.KAFKA, Need.DATABASE), Optional.empty(), List.of());
        // fork: end
        var processes = ProcessCommands.of(project);
        var database = settings.database().orElseThrow();
        new Migrations(database, project, MigrationPlaceholders.of(vars), out).run(processes.keySet());
        var groups = Catalogue.consumers(processes).keySet();
        var commands = PlatformCommands.ofPrefix(settings.prefix());
        try (var cluster = new ClusterCheck(settings.kafka(), settings.prefix(), commands)) {
            check(cluster, Catalogue.entries(), groups);
        }
    }

    private void check(ClusterCheck cluster, List<Catalogue.Entry> entries, Collection<String> groups) {
        var findings = ProvisioningWait.await(
                () -> Stream.of(cluster.topics(entries), cluster.groups(groups))
                        .flatMap(List::stream)
                        .toList(),
                createdWithin,
                out);
        var wrong = ProvisioningWait.wrong(findings);
        if (!wrong.isEmpty()) {
            throw new ReleaseException(
                    "The platform is not as the catalogue says, so the release stops.\n" + Finding.text(wrong));
        }
        findings.forEach(finding -> out.println("Warning: " + finding.what() + "."));
        out.printf("All %d topics and %d consumer groups are there.%n", entries.size(), groups.size());
    }
}

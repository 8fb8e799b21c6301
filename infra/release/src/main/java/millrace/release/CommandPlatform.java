package millrace.release;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import millrace.channels.ClusterCheck;
import millrace.channels.PlatformCommands;
import millrace.paas.Need;
import millrace.paas.PaasSettings;
import millrace.paas.PlatformVars;

/**
 * The platform that a command works on: the one of the environment's config vars, else the one that {@code bin/up}
 * started.
 *
 * @param administrator Kafka client properties with every right; empty where there are none, as on the PaaS
 * @param root the project's directory
 */
public record CommandPlatform(Map<String, String> vars, Optional<Map<String, Object>> administrator, Path root) {
    /** @throws ReleaseException if there is none */
    public static CommandPlatform of(Map<String, String> environment) {
        var root = projectRoot();
        if (PaasSettings.present(environment, "KAFKA_URL").isPresent()) {
            return new CommandPlatform(environment, Optional.empty(), root);
        }
        var home =
                PaasSettings.present(environment, "MILLRACE_HOME").map(Path::of).orElse(root.resolve(".millrace"));
        var vars = PlatformVars.startedIn(home).orElseThrow(() -> new ReleaseException(PlatformVars.NO_PLATFORM));
        return new CommandPlatform(vars, PlatformVars.administratorOf(home), root);
    }

    /** Returns the project's directory: that of the script, else the working directory. */
    public static Path projectRoot() {
        return Path.of(System.getProperty("millrace.root", ""));
    }

    public PaasSettings settings() {
        return PaasSettings.from(vars, Set.of(Need.KAFKA));
    }

    /** The caller closes it. */
    public ClusterCheck cluster(PaasSettings settings) {
        return new ClusterCheck(
                administrator.orElseGet(() -> Map.copyOf(settings.kafka())),
                settings.prefix(),
                PlatformCommands.ofPrefix(settings.prefix()));
    }
}

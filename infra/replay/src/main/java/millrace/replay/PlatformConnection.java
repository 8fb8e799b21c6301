package millrace.replay;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import millrace.events.Catalogue;
import millrace.events.Channels;
import millrace.generation.RebuildException;
import millrace.paas.Need;
import millrace.paas.PaasSettings;
import millrace.paas.PlatformVars;
import org.apache.kafka.common.TopicPartition;

/**
 * Connection to the platform that holds the generations: the one of the environment's config vars, else the one that
 * {@code bin/up} started.
 *
 * @param vars config vars, which are passed to the process of a generation
 * @param administrator Kafka client settings that may create topics; empty where none were given, as on the PaaS
 * @param root the project's directory
 * @param home directory of process logs, pid files and locks
 */
record PlatformConnection(
        Map<String, String> vars,
        PaasSettings settings,
        Optional<Map<String, Object>> administrator,
        Path root,
        Path home) {

    private static final Pattern PROCESS = Pattern.compile("([a-z][a-z0-9-]*):\\s*(\\S.*)");

    /** Orders partitions by topic, then by number. */
    static final Comparator<TopicPartition> PARTITION_ORDER =
            Comparator.comparing(TopicPartition::topic).thenComparing(TopicPartition::partition);

    /**
     * Connects to the platform of the environment.
     *
     * @throws RebuildException if there is none
     */
    static PlatformConnection current() {
        var environment = System.getenv();
        var root = Path.of(System.getProperty("millrace.root", "."));
        var home =
                PaasSettings.present(environment, "MILLRACE_HOME").map(Path::of).orElse(root.resolve(".millrace"));
        if (PaasSettings.present(environment, "KAFKA_URL").isPresent()) {
            return of(environment, Optional.empty(), root, Path.of(System.getProperty("java.io.tmpdir"), "millrace"));
        }
        return local(root, home);
    }

    /** Connects to the local platform that {@code bin/up} started in that directory. */
    static PlatformConnection local(Path root, Path home) {
        var vars = PlatformVars.startedIn(home).orElseThrow(() -> new RebuildException(PlatformVars.NO_PLATFORM));
        return of(vars, PlatformVars.administratorOf(home), root, home);
    }

    /** Returns the name that receipts carry: the user on this machine, the one-off process on the PaaS. */
    static String operator() {
        return PaasSettings.present(System.getenv(), "DYNO")
                .orElseGet(() -> System.getProperty("user.name", "somebody"));
    }

    /** Returns true for the platform of this machine, where topics may be created and removed. */
    boolean isLocal() {
        return administrator.isPresent();
    }

    /** Returns the name with the platform's prefix, as Kafka knows it. */
    String prefixed(String name) {
        return settings.prefix() + name;
    }

    /** Returns the partitions of a channel, or of a channel of restored records. */
    Stream<TopicPartition> partitions(String channel) {
        var partitions =
                Catalogue.entry(RestoredChannels.originalChannel(channel)).partitions();
        return IntStream.range(0, partitions).mapToObj(number -> new TopicPartition(prefixed(channel), number));
    }

    /** Returns the topic's name without the platform's prefix. */
    String channel(String topic) {
        return topic.substring(settings.prefix().length());
    }

    /** Returns the command of a process in the Procfile. */
    String command(String process) {
        return Optional.ofNullable(commands().get(process))
                .orElseThrow(() -> new RebuildException(root.resolve("Procfile") + " has no line " + process + "."));
    }

    /**
     * Returns the processes that can be rebuilt: those of the Procfile whose module, by the catalogue, takes part in the
     * generations.
     */
    List<String> consumers() {
        var modules = Catalogue.entry(Channels.GENERATIONS.name()).writers();
        return commands().entrySet().stream()
                .filter(line ->
                        modules.stream().anyMatch(module -> line.getValue().contains(module + "/target/")))
                .map(Map.Entry::getKey)
                .toList();
    }

    private Map<String, String> commands() {
        try {
            var commands = new LinkedHashMap<String, String>();
            Files.readAllLines(root.resolve("Procfile")).stream()
                    .map(PROCESS::matcher)
                    .filter(Matcher::matches)
                    .forEach(line -> commands.put(line.group(1), line.group(2)));
            return commands;
        } catch (IOException e) {
            throw new RebuildException("There is no " + root.resolve("Procfile") + " that says what to start.", e);
        }
    }

    /** Returns a directory under {@code home}; creates it if it is missing. */
    Path directory(String name) {
        try {
            return Files.createDirectories(home.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException("No folder " + home.resolve(name) + " can be made", e);
        }
    }

    private static PlatformConnection of(
            Map<String, String> vars, Optional<Map<String, Object>> administrator, Path root, Path home) {
        var settings = PaasSettings.from(vars, Set.of(Need.KAFKA, Need.DATABASE));
        return new PlatformConnection(new LinkedHashMap<>(vars), settings, administrator, root, home);
    }
}

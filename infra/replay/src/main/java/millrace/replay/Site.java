package millrace.replay;

import com.fasterxml.jackson.core.type.TypeReference;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import millrace.events.Catalogue;
import millrace.events.Json;
import millrace.paas.Need;
import millrace.paas.PaasSettings;
import org.apache.kafka.common.TopicPartition;

/**
 * Where generations are: the platform of the config vars of the environment, or else of what {@code bin/up} started.
 *
 * @param vars config vars, which a process of a generation is given
 * @param administrator Kafka client that may make topics; empty where nobody gave one, as on the PaaS
 * @param root the project's folder
 * @param home where logs of processes are, and who runs
 */
record Site(
        Map<String, String> vars,
        PaasSettings settings,
        Optional<Map<String, Object>> administrator,
        Path root,
        Path home) {

    /** By channel and partition. */
    static final Comparator<TopicPartition> PLACES =
            Comparator.comparing(TopicPartition::topic).thenComparing(TopicPartition::partition);

    /** @throws CannotReplay where there is no platform */
    static Site here() {
        var environment = System.getenv();
        var root = Path.of(System.getProperty("millrace.root", "."));
        var home =
                PaasSettings.present(environment, "MILLRACE_HOME").map(Path::of).orElse(root.resolve(".millrace"));
        if (PaasSettings.present(environment, "KAFKA_URL").isPresent()) {
            return of(environment, Optional.empty(), root, Path.of(System.getProperty("java.io.tmpdir"), "millrace"));
        }
        return local(root, home);
    }

    /** What {@code bin/up} started with that home. */
    static Site local(Path root, Path home) {
        var file = home.resolve("config-vars.json");
        if (!Files.isReadable(file)) {
            throw new CannotReplay("Nothing runs here: start it with bin/up, or give the config vars of a platform"
                    + " (KAFKA_URL, DATABASE_URL and so on) in the environment.");
        }
        try {
            var vars = Json.MAPPER.readValue(file.toFile(), new TypeReference<Map<String, String>>() {});
            return of(vars, administrator(home.resolve("administrator.properties")), root, home);
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be read", e);
        }
    }

    /** Who asks, for the receipts: a person here, a one-off process on the PaaS. */
    static String who() {
        return PaasSettings.present(System.getenv(), "DYNO")
                .orElseGet(() -> System.getProperty("user.name", "somebody"));
    }

    /** Whether it is this machine's own. */
    boolean isLocal() {
        return administrator.isPresent();
    }

    /** A name as Kafka has it. */
    String prefixed(String name) {
        return settings.prefix() + name;
    }

    /** The partitions of a channel, or of one that stands for it. */
    Stream<TopicPartition> places(String channel) {
        return places(Catalogue.entry(Restored.original(channel)))
                .map(place -> new TopicPartition(prefixed(channel), place.partition()));
    }

    /** The partitions of a channel. */
    Stream<TopicPartition> places(Catalogue.Entry channel) {
        return IntStream.range(0, channel.partitions())
                .mapToObj(partition -> new TopicPartition(prefixed(channel.name()), partition));
    }

    /** A copy that can be changed, in the order of places. */
    static Map<TopicPartition, Long> copy(Map<TopicPartition, Long> offsets) {
        var copy = new TreeMap<TopicPartition, Long>(PLACES);
        copy.putAll(offsets);
        return copy;
    }

    /** The channel that a topic is. */
    String channel(String topic) {
        return topic.substring(settings.prefix().length());
    }

    /** A folder of the home, made where there is none. */
    Path folder(String name) {
        try {
            return Files.createDirectories(home.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException("No folder " + home.resolve(name) + " can be made", e);
        }
    }

    private static Site of(
            Map<String, String> vars, Optional<Map<String, Object>> administrator, Path root, Path home) {
        var settings = PaasSettings.from(vars, Set.of(Need.KAFKA, Need.DATABASE));
        return new Site(new LinkedHashMap<>(vars), settings, administrator, root, home);
    }

    private static Optional<Map<String, Object>> administrator(Path file) throws IOException {
        if (!Files.isReadable(file)) {
            return Optional.empty();
        }
        var properties = new Properties();
        try (var reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        }
        var client = new LinkedHashMap<String, Object>();
        properties.stringPropertyNames().forEach(name -> client.put(name, properties.getProperty(name)));
        return Optional.of(client);
    }
}

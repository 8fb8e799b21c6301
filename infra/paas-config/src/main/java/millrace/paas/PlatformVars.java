package millrace.paas;

import com.fasterxml.jackson.core.type.TypeReference;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import millrace.events.Json;

/** Config vars of the platform that a command works on. */
public final class PlatformVars {
    /** Sentence for a user whose command finds no platform. */
    public static final String NO_PLATFORM =
            "Nothing runs here: start it with bin/up, or give the config vars of a platform"
                    + " (KAFKA_URL, DATABASE_URL and so on) in the environment.";

    private PlatformVars() {}

    /**
     * Returns the environment where it has {@code KAFKA_URL}, else the config vars of the platform that {@code bin/up}
     * started in {@code MILLRACE_HOME}; empty where there is neither.
     */
    public static Optional<Map<String, String>> of(Map<String, String> environment) {
        return PaasSettings.present(environment, "KAFKA_URL").isPresent()
                ? Optional.of(environment)
                : startedIn(Path.of(
                        PaasSettings.present(environment, "MILLRACE_HOME").orElse(".millrace")));
    }

    /** Returns the config vars of the platform that {@code bin/up} started in a directory; empty where it did not. */
    public static Optional<Map<String, String>> startedIn(Path home) {
        var file = home.resolve("config-vars.json");
        if (!Files.isReadable(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(Json.MAPPER.readValue(file.toFile(), new TypeReference<Map<String, String>>() {}));
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be read", e);
        }
    }

    /**
     * Returns the Kafka client properties of the administrator of the platform that {@code bin/up} started in a
     * directory; empty where it did not.
     */
    public static Optional<Map<String, Object>> administratorOf(Path home) {
        var file = home.resolve("administrator.properties");
        if (!Files.isReadable(file)) {
            return Optional.empty();
        }
        var properties = new Properties();
        try (var reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be read", e);
        }
        var client = new LinkedHashMap<String, Object>();
        properties.stringPropertyNames().forEach(name -> client.put(name, properties.getProperty(name)));
        return Optional.of(client);
    }
}

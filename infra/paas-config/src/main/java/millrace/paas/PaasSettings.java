package millrace.paas;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import millrace.paas.ConfigVars.InvalidConfigVar;

/**
 * Settings from the platform's config vars, for processes without Quarkus and for {@link PaasConfigSource}.
 *
 * @param kafka properties of a Kafka client, which include a private key: not to be logged. Empty if Kafka is not
 * required
 * @param prefix of the name of every topic and group; may be empty
 * @param database empty if it is not required
 */
public record PaasSettings(Map<String, String> kafka, String prefix, Optional<Database> database, OptionalInt port) {
    /**
     * Reads the variables of the required resources, and {@code PORT} if it is set.
     *
     * @param vars usually {@code System.getenv()}
     * @throws ConfigVarsException naming everything that is missing or malformed
     */
    public static PaasSettings from(Map<String, String> vars, Set<Need> needs) {
        return from(vars, needs, Optional.empty());
    }

    /**
     * Reads the settings of a process that can have a database role of its own.
     *
     * @param ownDatabase config var that is used instead of {@code DATABASE_URL} if it is set
     */
    public static PaasSettings from(Map<String, String> vars, Set<Need> needs, Optional<String> ownDatabase) {
        return from(vars::get, needs, ownDatabase, List.of());
    }

    /**
     * Reads the settings of a process with further config vars of its own.
     *
     * @param vars by name, null for a missing one
     * @param own readers of these variables; their problems are reported together with the others
     */
    public static PaasSettings from(
            Function<String, String> vars, Set<Need> needs, Optional<String> ownDatabase, List<ServiceVars> own) {
        var reading = new ConfigVars(vars);
        var kafka = needs.contains(Need.KAFKA) ? KafkaVars.properties(reading) : Map.<String, String>of();
        var prefix = needs.contains(Need.KAFKA) ? KafkaVars.prefix(reading) : "";
        var database = needs.contains(Need.DATABASE) ? Database.read(reading, ownDatabase) : Optional.<Database>empty();
        var port = port(reading, needs.contains(Need.PORT));
        // fork: audit
        if (needs.contains(Need.MASTER_KEY)) {
            MasterKeyVars.check(reading);
        }
        // fork: end
        own.forEach(service -> service.read(reading));
        reading.check();
        return new PaasSettings(Map.copyOf(kafka), prefix, database, port);
    }

    /**
     * Returns a variable of a command that is not a config var of a service: empty if it is missing, empty or blank.
     */
    public static Optional<String> present(Map<String, String> vars, String name) {
        return new ConfigVars(vars::get).text(name);
    }

    /** Addresses, prefix, database and port, without secrets. */
    @Override
    public String toString() {
        return "Kafka %s, prefix '%s', database %s, port %s"
                .formatted(kafka.get("bootstrap.servers"), prefix, database, port);
    }

    private static OptionalInt port(ConfigVars vars, boolean needed) {
        var expected = "a number from 1 to 65535";
        var port = needed
                ? vars.required("PORT", expected, PaasSettings::port)
                : vars.optional("PORT", expected, PaasSettings::port);
        return port.map(OptionalInt::of).orElse(OptionalInt.empty());
    }

    private static int port(String text) {
        if (!text.matches("[0-9]{1,5}") || Integer.parseInt(text) < 1 || Integer.parseInt(text) > 65535) {
            throw new InvalidConfigVar("is no port");
        }
        return Integer.parseInt(text);
    }
}

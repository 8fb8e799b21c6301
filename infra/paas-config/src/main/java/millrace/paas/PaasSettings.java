package millrace.paas;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import millrace.paas.ConfigVars.InvalidConfigVar;

/**
 * What the platform's config vars say, ready to use: for processes without Quarkus, and for {@link PaasConfigSource}.
 *
 * @param kafka properties of a Kafka client, a private key among them: not to be logged. Empty where not needed
 * @param prefix before the name of every topic and group; may be empty
 * @param database empty where not needed
 */
public record PaasSettings(Map<String, String> kafka, String prefix, Optional<Database> database, OptionalInt port) {
    /**
     * Reads the variables that the needs ask for, and {@code PORT} where there is one.
     *
     * @param vars usually {@code System.getenv()}
     * @throws ConfigVarsException naming everything that is missing or malformed
     */
    public static PaasSettings from(Map<String, String> vars, Set<Need> needs) {
        return from(vars, needs, Optional.empty());
    }

    /**
     * The same for a process that has a role of its own in the database.
     *
     * @param ownDatabase the config var that is used instead of {@code DATABASE_URL} where there is one
     */
    public static PaasSettings from(Map<String, String> vars, Set<Need> needs, Optional<String> ownDatabase) {
        return from(vars::get, needs, ownDatabase, List.of());
    }

    /**
     * The same for a process that reads config vars of its own.
     *
     * @param vars by name, null for one that is not there
     * @param own who reads them; what is wrong with these is said together with the rest
     */
    public static PaasSettings from(
            Function<String, String> vars, Set<Need> needs, Optional<String> ownDatabase, List<ServiceVars> own) {
        var reading = new ConfigVars(vars);
        var kafka = needs.contains(Need.KAFKA) ? KafkaVars.properties(reading) : Map.<String, String>of();
        var prefix = needs.contains(Need.KAFKA) ? KafkaVars.prefix(reading) : "";
        var database = needs.contains(Need.DATABASE) ? Database.read(reading, ownDatabase) : Optional.<Database>empty();
        var port = port(reading, needs.contains(Need.PORT));
        if (needs.contains(Need.MASTER_KEY)) {
            MasterKeyVars.check(reading);
        }
        own.forEach(service -> service.read(reading));
        reading.check();
        return new PaasSettings(Map.copyOf(kafka), prefix, database, port);
    }

    /**
     * A variable of a process that is started by hand, for what is no config var of a service: empty where it is missing,
     * empty or blank.
     */
    public static Optional<String> present(Map<String, String> vars, String name) {
        return new ConfigVars(vars::get).text(name);
    }

    /** Where the process listens and what it uses, without a secret. */
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

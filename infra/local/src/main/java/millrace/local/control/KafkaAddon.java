package millrace.local.control;

import java.security.SecureRandom;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import millrace.channels.Plan;
import millrace.local.DataDirectory;

/**
 * The platform's Kafka as the add-on of an app, as the PaaS shows it.
 *
 * @param id of the cluster in paths of the API
 * @param created the first start in this data directory
 * @param prefix of its topics and groups; empty without one
 * @param brokers number of brokers that are to run
 */
record KafkaAddon(String id, String name, Instant created, Plan plan, String prefix, String version, int brokers) {
    /** Name of the only app. */
    static final String APP = "millrace";

    static final String ATTACHMENT = "KAFKA";
    private static final String APP_ID = UUID.nameUUIDFromBytes(APP.getBytes()).toString();
    private static final List<String> VARS = List.of("URL", "TRUSTED_CERT", "CLIENT_CERT", "CLIENT_CERT_KEY");

    static KafkaAddon of(DataDirectory directory, Plan plan, String prefix, String version, int brokers) {
        return new KafkaAddon(
                directory.getOrCreate("addon.id", () -> UUID.randomUUID().toString()),
                directory.getOrCreate("addon.name", () -> "kafka-local-" + new SecureRandom().nextInt(10_000, 100_000)),
                Instant.parse(directory.getOrCreate(
                        "addon.created",
                        () -> Instant.now().truncatedTo(ChronoUnit.MILLIS).toString())),
                plan,
                prefix,
                version,
                brokers);
    }

    /** Tells whether a name means this add-on: its own, its id, or that of its attachment or of its config var. */
    boolean isNamed(String given) {
        var local = given.replaceFirst("^" + APP + "::", "");
        var upper = local.toUpperCase(Locale.ROOT);
        return List.of(id, name).contains(local)
                || List.of(ATTACHMENT, ATTACHMENT + "_URL").contains(upper);
    }

    Map<String, Object> addon() {
        return Map.of(
                "id",
                id,
                "name",
                name,
                "app",
                app(),
                "addon_service",
                Map.of("name", "heroku-kafka"),
                "plan",
                Map.of("name", "heroku-kafka:" + plan),
                "state",
                "provisioned");
    }

    Map<String, Object> attachment() {
        var vars = VARS.stream().map(this::variable).collect(Collectors.toList());
        if (!prefix.isEmpty()) {
            vars.add(variable("PREFIX"));
        }
        return Map.of("id", id, "name", ATTACHMENT, "app", app(), "addon", addon(), "config_vars", vars);
    }

    private String variable(String suffix) {
        return ATTACHMENT + "_" + suffix;
    }

    private static Map<String, Object> app() {
        return Map.of("id", APP_ID, "name", APP);
    }
}

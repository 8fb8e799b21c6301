package millrace.paas;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;

/** Converts the platform's settings to settings of Quarkus and its extensions. */
final class QuarkusSettings {
    /** A value that Kafka trims to an empty one. Configuration would take an empty value for a missing one. */
    private static final String EMPTY = " ";

    /**
     * A class of each extension, by the prefix of its settings: Quarkus warns of settings of an extension that a
     * service does not have.
     */
    private static final Map<String, String> EXTENSIONS = Map.of(
            "quarkus.datasource.jdbc.", "io.quarkus.agroal.DataSource",
            "quarkus.datasource.reactive.", "io.quarkus.reactive.datasource.ReactiveDataSource",
            "quarkus.kafka-streams.", "io.quarkus.kafka.streams.runtime.KafkaStreamsProducer");

    private QuarkusSettings() {}

    /** @param present whether a service has a class */
    static Map<String, String> of(PaasSettings settings, Predicate<String> present) {
        var quarkus = new HashMap<String, String>();
        settings.kafka().forEach((name, value) -> quarkus.put("kafka." + name, value.isEmpty() ? EMPTY : value));
        quarkus.put("kafka.prefix", settings.prefix());
        if (settings.kafka().containsKey("ssl.endpoint.identification.algorithm")) {
            // The extension of Kafka Streams takes kafka.* too, but has a default of its own for this setting.
            quarkus.put("quarkus.kafka-streams.ssl.endpoint-identification-algorithm", EMPTY);
        }
        settings.database().ifPresent(database -> quarkus.putAll(database(database)));
        quarkus.put("quarkus.http.port", String.valueOf(settings.port().orElse(0)));
        EXTENSIONS.forEach(
                (prefix, type) -> quarkus.keySet().removeIf(name -> name.startsWith(prefix) && !present.test(type)));
        return quarkus;
    }

    private static Map<String, String> database(Database database) {
        var quarkus = new HashMap<String, String>();
        quarkus.put("quarkus.datasource.username", database.user());
        quarkus.put("quarkus.datasource.password", database.password());
        quarkus.put("quarkus.datasource.jdbc.url", database.jdbcUrl());
        quarkus.put("quarkus.datasource.reactive.url", database.url());
        quarkus.put("quarkus.datasource.reactive.postgresql.ssl-mode", database.sslMode());
        database.rootCertificate()
                .ifPresentOrElse(
                        file -> {
                            quarkus.put("quarkus.datasource.reactive.trust-certificate-pem", "true");
                            quarkus.put("quarkus.datasource.reactive.trust-certificate-pem.certs", file);
                        },
                        () -> quarkus.put("quarkus.datasource.reactive.trust-all", "true"));
        if (database.sslMode().equals("verify-full")) {
            quarkus.put("quarkus.datasource.reactive.hostname-verification-algorithm", "HTTPS");
        }
        return quarkus;
    }
}

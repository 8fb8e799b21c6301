package millrace.audit.cli;

import com.fasterxml.jackson.core.type.TypeReference;
import io.agroal.api.AgroalDataSource;
import io.agroal.api.configuration.supplier.AgroalDataSourceConfigurationSupplier;
import io.agroal.api.security.NamePrincipal;
import io.agroal.api.security.SimplePassword;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Period;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import javax.sql.DataSource;
import millrace.audit.Sealing;
import millrace.audit.chain.Ed25519;
import millrace.audit.chain.SigningKey;
import millrace.audit.seal.MasterKey;
import millrace.audit.table.Transactions;
import millrace.audit.verify.Verify;
import millrace.events.Json;
import millrace.paas.ConfigVarsException;
import millrace.paas.Need;
import millrace.paas.PaasSettings;

/** The platform whose archive a command uses: by the config vars, else what bin/up started here. */
final class Platform {
    private static final String SCHEMA = "audit";
    private static final int CONNECTIONS = 2;
    private static final Duration CONNECTED_WITHIN = Duration.ofSeconds(10);

    private final Map<String, String> vars;
    private final PaasSettings settings;

    private Platform(Map<String, String> vars) {
        this.vars = vars;
        this.settings = PaasSettings.from(vars, Set.of(Need.KAFKA, Need.DATABASE), Optional.of("AUDIT_DATABASE_URL"));
    }

    /** @param environment usually {@code System.getenv()} */
    static Platform of(Map<String, String> environment) {
        try {
            return new Platform(
                    PaasSettings.present(environment, "KAFKA_URL").isPresent() ? environment : started(environment));
        } catch (ConfigVarsException e) {
            throw new CannotDo(e.getMessage(), e);
        }
    }

    Map<String, Object> kafka() {
        return Map.copyOf(settings.kafka());
    }

    String prefix() {
        return settings.prefix();
    }

    Transactions transactions() {
        return new Transactions(database());
    }

    /** What a command that changes keys needs. */
    MasterKey masterKey() {
        try {
            return MasterKey.of(var("AUDIT_MASTER_KEY").orElse(""), var("AUDIT_MASTER_KEY_PREVIOUS"));
        } catch (IllegalArgumentException e) {
            throw new CannotDo(e.getMessage(), e);
        }
    }

    /** Without a master key nothing is opened: who verifies may do without. */
    Sealing sealing() {
        return var("AUDIT_MASTER_KEY").isEmpty() ? Sealing.withoutKeys() : new Sealing(masterKey());
    }

    /** Whose archive it is. */
    Verify.Place place() {
        return new Verify.Place(
                prefix(),
                key(),
                parsed("AUDIT_CHECKPOINTS_KEPT", "a duration such as P7D", Duration::parse),
                parsed("AUDIT_RETENTION", "a period of whole months such as P13M", Period::parse));
    }

    /** {@code AUDIT_PUBLIC_KEY}, else the public half of the signing key: nobody who verifies needs that. */
    Ed25519 key() {
        try {
            return var("AUDIT_PUBLIC_KEY")
                    .map(Ed25519::parse)
                    .orElseGet(() ->
                            SigningKey.parse(var(SigningKey.VAR).orElse("")).publicKey());
        } catch (IllegalArgumentException e) {
            throw new CannotDo(e.getMessage(), e);
        }
    }

    private <T> Optional<T> parsed(String name, String expected, Function<String, T> parser) {
        try {
            return var(name).map(parser);
        } catch (DateTimeException e) {
            throw new CannotDo(name + " cannot be read; expected " + expected + ".", e);
        }
    }

    private Optional<String> var(String name) {
        return PaasSettings.present(vars, name);
    }

    DataSource database() {
        var database = settings.database().orElseThrow();
        var pool = new AgroalDataSourceConfigurationSupplier()
                .connectionPoolConfiguration(connections -> connections
                        .maxSize(CONNECTIONS)
                        .acquisitionTimeout(CONNECTED_WITHIN)
                        .connectionFactoryConfiguration(factory -> factory.jdbcUrl(database.jdbcUrl())
                                .principal(new NamePrincipal(database.user()))
                                .credential(new SimplePassword(database.password()))
                                .jdbcProperty("currentSchema", SCHEMA)));
        try {
            return AgroalDataSource.from(pool);
        } catch (SQLException e) {
            throw new CannotDo("The database " + database + " does not answer: " + e.getMessage(), e);
        }
    }

    private static Map<String, String> started(Map<String, String> environment) {
        var file = Path.of(PaasSettings.present(environment, "MILLRACE_HOME").orElse(".millrace"), "config-vars.json");
        if (!Files.exists(file)) {
            throw new CannotDo(
                    "Nothing is running here: start it with bin/up, or set the config vars (KAFKA_URL ...).");
        }
        try {
            return Json.MAPPER.readValue(file.toFile(), new TypeReference<Map<String, String>>() {});
        } catch (IOException e) {
            throw new CannotDo(file + " cannot be read: " + e.getMessage(), e);
        }
    }
}

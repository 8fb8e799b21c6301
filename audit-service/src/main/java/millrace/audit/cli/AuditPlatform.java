package millrace.audit.cli;

import io.agroal.api.AgroalDataSource;
import io.agroal.api.configuration.supplier.AgroalDataSourceConfigurationSupplier;
import io.agroal.api.security.NamePrincipal;
import io.agroal.api.security.SimplePassword;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Period;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import javax.sql.DataSource;
import millrace.audit.FieldEncryption;
import millrace.audit.chain.Ed25519;
import millrace.audit.chain.SigningKey;
import millrace.audit.seal.MasterKey;
import millrace.audit.table.DatabaseTransactions;
import millrace.audit.verify.Verify;
import millrace.paas.ConfigVarsException;
import millrace.paas.Need;
import millrace.paas.PaasSettings;
import millrace.paas.PlatformVars;

/** The platform of a command: that of the config vars in the environment, or the one that {@code bin/up} started. */
final class AuditPlatform {
    private static final String SCHEMA = "audit";
    private static final int CONNECTIONS = 2;
    private static final Duration CONNECTED_WITHIN = Duration.ofSeconds(10);

    private final Map<String, String> vars;
    private final PaasSettings settings;

    private AuditPlatform(Map<String, String> vars) {
        this.vars = vars;
        this.settings = PaasSettings.from(vars, Set.of(Need.KAFKA, Need.DATABASE), Optional.of("AUDIT_DATABASE_URL"));
    }

    /** @param environment usually {@code System.getenv()} */
    static AuditPlatform of(Map<String, String> environment) {
        try {
            return new AuditPlatform(
                    PlatformVars.of(environment).orElseThrow(() -> new CommandFailed(PlatformVars.NO_PLATFORM)));
        } catch (ConfigVarsException e) {
            throw new CommandFailed(e.getMessage(), e);
        }
    }

    Map<String, Object> kafka() {
        return Map.copyOf(settings.kafka());
    }

    String prefix() {
        return settings.prefix();
    }

    DatabaseTransactions transactions() {
        return new DatabaseTransactions(database());
    }

    /** The master key, which commands need to change keys or to decrypt. */
    MasterKey masterKey() {
        try {
            return MasterKey.of(var("AUDIT_MASTER_KEY").orElse(""), var("AUDIT_MASTER_KEY_PREVIOUS"));
        } catch (IllegalArgumentException e) {
            throw new CommandFailed(e.getMessage(), e);
        }
    }

    /** Without a master key it decrypts nothing, which is enough to verify. */
    FieldEncryption encryption() {
        return var("AUDIT_MASTER_KEY").isEmpty() ? FieldEncryption.withoutKeys() : new FieldEncryption(masterKey());
    }

    Verify.ArchiveIdentity identity() {
        return new Verify.ArchiveIdentity(
                prefix(),
                key(),
                parsed("AUDIT_CHECKPOINTS_KEPT", "a duration such as P7D", Duration::parse),
                parsed("AUDIT_RETENTION", "a period of whole months such as P13M", Period::parse));
    }

    /** {@code AUDIT_PUBLIC_KEY}, or without it the public key of {@code AUDIT_SIGNING_KEY}, which is not needed to verify. */
    Ed25519 key() {
        try {
            return var("AUDIT_PUBLIC_KEY")
                    .map(Ed25519::parse)
                    .orElseGet(() ->
                            SigningKey.parse(var(SigningKey.VAR).orElse("")).publicKey());
        } catch (IllegalArgumentException e) {
            throw new CommandFailed(e.getMessage(), e);
        }
    }

    private <T> Optional<T> parsed(String name, String expected, Function<String, T> parser) {
        try {
            return var(name).map(parser);
        } catch (DateTimeException e) {
            throw new CommandFailed(name + " cannot be read; expected " + expected + ".", e);
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
            throw new CommandFailed("The database " + database + " does not answer: " + e.getMessage(), e);
        }
    }
}

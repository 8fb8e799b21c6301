package millrace.audit.cli;

import io.agroal.api.AgroalDataSource;
import io.agroal.api.configuration.supplier.AgroalDataSourceConfigurationSupplier;
import io.agroal.api.security.NamePrincipal;
import io.agroal.api.security.SimplePassword;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;
import millrace.audit.seal.FieldEncryption;
import millrace.audit.seal.MasterKey;
import millrace.audit.table.DatabaseTransactions;
import millrace.paas.ConfigVarsException;
import millrace.paas.Need;
import millrace.paas.PaasSettings;
import millrace.paas.PlatformVars;

/** The platform of a command: that of the config vars in the environment, or the one that {@code bin/up} started. */
public final class AuditPlatform {
    private static final String SCHEMA = "audit";
    private static final int CONNECTIONS = 3;
    private static final Duration CONNECTED_WITHIN = Duration.ofSeconds(10);

    private final Map<String, String> vars;
    private final PaasSettings settings;

    private AuditPlatform(Map<String, String> vars) {
        this.vars = vars;
        this.settings = PaasSettings.from(vars, Set.of(Need.KAFKA, Need.DATABASE), Optional.of("AUDIT_DATABASE_URL"));
    }

    /** @param environment usually {@code System.getenv()} */
    public static AuditPlatform of(Map<String, String> environment) {
        try {
            return new AuditPlatform(
                    PlatformVars.of(environment).orElseThrow(() -> new CommandFailed(PlatformVars.NO_PLATFORM)));
        } catch (ConfigVarsException e) {
            throw new CommandFailed(e.getMessage(), e);
        }
    }

    public Map<String, Object> kafka() {
        return Map.copyOf(settings.kafka());
    }

    public String prefix() {
        return settings.prefix();
    }

    public DatabaseTransactions transactions() throws SQLException {
        return new DatabaseTransactions(database());
    }

    /** The master key, which commands need to change keys or to decrypt. */
    public MasterKey masterKey() {
        try {
            return MasterKey.of(var("AUDIT_MASTER_KEY").orElse(""), var("AUDIT_MASTER_KEY_PREVIOUS"));
        } catch (IllegalArgumentException e) {
            throw new CommandFailed(e.getMessage(), e);
        }
    }

    /** Without a master key it decrypts nothing, which is enough to verify. */
    public FieldEncryption encryption() {
        return var("AUDIT_MASTER_KEY").isEmpty() ? FieldEncryption.withoutKeys() : new FieldEncryption(masterKey());
    }

    /** The value of a config var; empty if it is missing or blank. */
    public Optional<String> var(String name) {
        return PaasSettings.present(vars, name);
    }

    public DataSource database() throws SQLException {
        var database = settings.database().orElseThrow();
        var pool = new AgroalDataSourceConfigurationSupplier()
                .connectionPoolConfiguration(connections -> connections
                        .maxSize(CONNECTIONS)
                        .acquisitionTimeout(CONNECTED_WITHIN)
                        .connectionFactoryConfiguration(factory -> factory.jdbcUrl(database.jdbcUrl())
                                .principal(new NamePrincipal(database.user()))
                                .credential(new SimplePassword(database.password()))
                                .jdbcProperty("currentSchema", SCHEMA)));
        return AgroalDataSource.from(pool);
    }
}

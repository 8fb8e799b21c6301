package millrace.audit.cli;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import millrace.paas.Need;
import millrace.paas.PaasSettings;
import millrace.paas.PlatformVars;

/** The Kafka cluster and the database that {@code bin/audit ledger} reads. */
record LedgerConnection(PaasSettings settings) {
    private static final String SCHEMA = "audit";

    static LedgerConnection of(Map<String, String> vars) {
        return new LedgerConnection(PaasSettings.from(vars, Set.of(Need.KAFKA, Need.DATABASE)));
    }

    /** Uses the config vars of the environment, or those of the platform that {@code bin/up} started. */
    static LedgerConnection ofThisProcess() {
        return of(PlatformVars.of(System.getenv())
                .orElseThrow(() -> new IllegalArgumentException(PlatformVars.NO_PLATFORM)));
    }

    Map<String, Object> kafka() {
        return new HashMap<>(settings.kafka());
    }

    String prefix() {
        return settings.prefix();
    }

    /** The caller closes the result. */
    Connection connect() throws SQLException {
        var database = settings.database().orElseThrow();
        var properties = new Properties();
        properties.setProperty("user", database.user());
        properties.setProperty("password", database.password());
        properties.setProperty("currentSchema", SCHEMA);
        return DriverManager.getConnection(database.jdbcUrl(), properties);
    }
}

package millrace.audit.cli;

import com.fasterxml.jackson.core.type.TypeReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import millrace.events.Json;
import millrace.paas.Need;
import millrace.paas.PaasSettings;

/** The Kafka cluster and the database that {@code bin/audit ledger} reads. */
record LedgerConnection(PaasSettings settings) {
    private static final String SCHEMA = "audit";
    private static final String HOME = "MILLRACE_HOME";

    static LedgerConnection of(Map<String, String> vars) {
        return new LedgerConnection(PaasSettings.from(vars, Set.of(Need.KAFKA, Need.DATABASE)));
    }

    /** Uses the config vars of the environment, or those of the platform that {@code bin/up} started. */
    static LedgerConnection ofThisProcess() {
        return of(PaasSettings.present(System.getenv(), "KAFKA_URL").isPresent() ? System.getenv() : local());
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

    private static Map<String, String> local() {
        var home = Path.of(PaasSettings.present(System.getenv(), HOME).orElse(".millrace"));
        try {
            return Json.MAPPER.readValue(
                    Files.readAllBytes(home.resolve("config-vars.json")), new TypeReference<Map<String, String>>() {});
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "There is neither KAFKA_URL nor anything that bin/up has started in " + home + ".", e);
        }
    }
}

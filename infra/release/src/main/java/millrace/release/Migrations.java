package millrace.release;

import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import millrace.paas.Database;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/** Brings the schema of each service up to date, from the migrations in the service's own jar. */
final class Migrations {
    /** A schema's name is that of its process, and so is the folder of its migrations. */
    static final List<String> SCHEMAS = List.of("orders", "audit");

    /** A database that is being restarted is worth some seconds. */
    private static final int CONNECTION_RETRIES = 4;

    private static final int SECONDS_BETWEEN_RETRIES = 2;

    private final Database database;
    private final Map<String, String> placeholders;
    private final PrintStream out;

    /** @param placeholders what the config vars say to the migrations */
    Migrations(Database database, Map<String, String> placeholders, PrintStream out) {
        this.database = database;
        this.placeholders = placeholders;
        this.out = out;
    }

    void run() {
        SCHEMAS.forEach(this::migrate);
    }

    private void migrate(String schema) {
        try {
            var result = Flyway.configure()
                    .dataSource(database.jdbcUrl(), database.user(), database.password())
                    .connectRetries(CONNECTION_RETRIES)
                    .connectRetriesInterval(SECONDS_BETWEEN_RETRIES)
                    .defaultSchema(schema)
                    .placeholders(placeholders)
                    .locations("classpath:db/" + schema)
                    .failOnMissingLocations(true)
                    .validateMigrationNaming(true)
                    .load()
                    .migrate();
            out.printf(
                    "Schema %s: %d migrations applied, at version %s.%n",
                    schema,
                    result.migrationsExecuted,
                    result.migrationsExecuted == 0 ? result.initialSchemaVersion : result.targetSchemaVersion);
        } catch (FlywayException e) {
            throw new ReleaseFailed(
                    "The schema %s of %s cannot be migrated: %s"
                            .formatted(schema, database, e.getMessage().strip()),
                    e);
        }
    }
}

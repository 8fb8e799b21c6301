package millrace.release;

import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import millrace.paas.Database;

/** Brings the schemas of each service up to date, from the migrations in the service's own jar. */
final class Migrations {
    static final List<String> SCHEMAS = List.of("orders", "audit");

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
        for (var service : SCHEMAS) {
            var schemas = new Schemas(database, service, placeholders);
            schemas.all().forEach(schema -> migrate(schemas, schema));
        }
    }

    private void migrate(Schemas schemas, String schema) {
        var result = schemas.migrate(schema);
        out.printf(
                "Schema %s: %d migrations applied, at version %s.%n",
                schema,
                result.migrationsExecuted,
                result.migrationsExecuted == 0 ? result.initialSchemaVersion : result.targetSchemaVersion);
    }
}

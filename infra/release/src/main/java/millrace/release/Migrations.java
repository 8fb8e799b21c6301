package millrace.release;

import java.io.PrintStream;
import java.util.Collection;
import java.util.Map;
import millrace.paas.Database;

/** Migrates the schemas of each service by the migrations in the jar of the service. */
final class Migrations {
    private final Database database;
    private final Map<String, String> placeholders;
    private final PrintStream out;

    /** @param placeholders values of the config vars for the migrations */
    Migrations(Database database, Map<String, String> placeholders, PrintStream out) {
        this.database = database;
        this.placeholders = placeholders;
        this.out = out;
    }

    /** @param processes of the Procfile: one has schemas if the folder {@code db/NAME} is on the class path */
    void run(Collection<String> processes) {
        for (var service : processes) {
            if (Migrations.class.getResource("/db/" + service) == null) {
                continue;
            }
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

package millrace.release;

import java.io.PrintStream;
import java.util.List;
import millrace.paas.Database;

/** Brings the schemas of each service up to date, from the migrations in the service's own jar. */
final class Migrations {
    static final List<String> SCHEMAS = List.of("orders", "audit");

    private final Database database;
    private final PrintStream out;

    Migrations(Database database, PrintStream out) {
        this.database = database;
        this.out = out;
    }

    void run() {
        for (var service : SCHEMAS) {
            var schemas = new Schemas(database, service);
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

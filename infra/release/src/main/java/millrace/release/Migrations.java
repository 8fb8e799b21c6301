package millrace.release;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import millrace.paas.Database;

/** Migrates the schemas of each process that has migrations: see {@link Schemas}. */
final class Migrations {
    private final Database database;
    private final Path project;
    private final Map<String, String> placeholders;
    private final PrintStream out;

    /**
     * @param project folder of the project
     * @param placeholders values of the config vars for the migrations
     */
    Migrations(Database database, Path project, Map<String, String> placeholders, PrintStream out) {
        this.database = database;
        this.project = project;
        this.placeholders = placeholders;
        this.out = out;
    }

    /** @param processes of the Procfile */
    void run(Collection<String> processes) {
        for (var service : processes) {
            if (!Schemas.exist(service, project)) {
                continue;
            }
            var schemas = new Schemas(database, service, project, placeholders);
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

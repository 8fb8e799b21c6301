package millrace.replay;

import millrace.events.GenerationNames;
import millrace.release.MigrationPlaceholders;
import millrace.release.Schemas;

/** Database schemas of one consumer, one for each generation. */
record GenerationSchemas(PlatformConnection platform, PlatformDatabase database, String consumer) {
    String name(int generation) {
        return consumer + new GenerationNames(generation).schemaSuffix();
    }

    /** Creates the schema of a generation, or migrates it to the current version. */
    void migrate(int generation) {
        new Schemas(platform.settings().database().orElseThrow(), consumer, MigrationPlaceholders.of(platform.vars()))
                .migrate(name(generation));
    }

    boolean exists(int generation) {
        return database.queryLong("SELECT count(*) FROM pg_namespace WHERE nspname = '%s'".formatted(name(generation)))
                > 0;
    }

    /** Returns the bytes on disk, indexes included. */
    long bytes(int generation) {
        return database.queryLong("""
                SELECT coalesce(sum(pg_total_relation_size(oid)), 0) FROM pg_class
                WHERE relnamespace = to_regnamespace('%s') AND relkind = 'r'""".formatted(name(generation)));
    }

    void drop(int generation) {
        database.run("DROP SCHEMA IF EXISTS " + name(generation) + " CASCADE");
    }
}

package millrace.replay;

import millrace.generation.GenerationNames;
import millrace.release.Placeholders;
import millrace.release.Schemas;

/** The schemas of one consumer in the database, one for each of its generations. */
record GenerationSchemas(Site site, Sql sql, String consumer) {
    String name(int generation) {
        return consumer + new GenerationNames(generation).schemaSuffix();
    }

    /** Makes that of a generation, or brings it up to date. */
    void provide(int generation) {
        new Schemas(site.settings().database().orElseThrow(), consumer, Placeholders.of(site.vars()))
                .migrate(name(generation));
    }

    boolean exists(int generation) {
        return sql.number("SELECT count(*) FROM pg_namespace WHERE nspname = '%s'".formatted(name(generation))) > 0;
    }

    /** Bytes on disk, with indexes. */
    long bytes(int generation) {
        return sql.number("""
                SELECT coalesce(sum(pg_total_relation_size(oid)), 0) FROM pg_class
                WHERE relnamespace = to_regnamespace('%s') AND relkind = 'r'""".formatted(name(generation)));
    }

    void drop(int generation) {
        sql.run("DROP SCHEMA IF EXISTS " + name(generation) + " CASCADE");
    }
}

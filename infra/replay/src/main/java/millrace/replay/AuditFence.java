package millrace.replay;

/** The fence between two generations of audit: the old one cannot move a position, and so keeps nothing any more. */
record AuditFence(Sql sql) {
    private static final String REFUSAL = """
            CREATE OR REPLACE FUNCTION {old}.replaced() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN RAISE EXCEPTION 'This generation was replaced: {old} by {new}.'; END $$""";

    /** Waits for a transaction that is under way. */
    private static final String TRIGGER = """
            CREATE TRIGGER replaced BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON {old}.positions
            FOR EACH STATEMENT EXECUTE FUNCTION {old}.replaced()""";

    /** A writer that is in the middle of something is waited for so long; then nothing has changed. */
    private static final String PATIENCE = "SET LOCAL lock_timeout = '60s'";

    /** Whether the schema was fenced off. */
    boolean stands(String schema) {
        return sql.number("""
                SELECT count(*) FROM pg_trigger
                WHERE tgname = 'replaced' AND tgrelid = to_regclass('%s.positions')""".formatted(schema)) > 0;
    }

    /** So that a generation which was replaced can go on. */
    void open(String schema) {
        sql.run("DROP TRIGGER IF EXISTS replaced ON %s.positions".formatted(schema));
    }

    /** Nothing where it stands already. */
    String build(String old, String successor) {
        if (stands(old)) {
            return "The fence stood already.";
        }
        sql.run(PATIENCE, between(REFUSAL, old, successor), between(TRIGGER, old, successor));
        var entries = sql.number("SELECT sum(next_seq) FROM %s.positions".formatted(successor));
        return "Its chains have %,d entries.".formatted(entries);
    }

    private static String between(String statement, String old, String successor) {
        return statement.replace("{old}", old).replace("{new}", successor);
    }
}

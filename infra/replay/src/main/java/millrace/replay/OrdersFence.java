package millrace.replay;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * The fence between two generations of orders, by position in the outbox: what the old generation has sent the successor does
 * not send, what the old one still had to send the successor sends, and the old one writes nothing any more.
 */
record OrdersFence(Sql sql) {
    /** Every table by which a process of the old generation could have an effect. */
    private static final List<String> TABLES =
            List.of("orders", "history", "dead_letters", "blocked_keys", "requests", "outbox", "outbox_set_aside");

    /** A writer of the old generation that is in the middle of something is waited for so long; then nothing has changed. */
    private static final String PATIENCE = "SET LOCAL lock_timeout = '60s'";

    /** A relay in the middle of sending holds these. They are taken as it takes them: see OutboxTable of orders-service. */
    private static final String NOBODY_SENDS =
            "SELECT count(pg_advisory_xact_lock(hashtext('%s.outbox'), shard)) FROM generate_series(0, 2) AS shards (shard)";

    /** What makes two rows the same effect: the event's id, and of a dead letter its own. */
    private static final String EFFECT = "%1$s.channel, coalesce(%1$s.key, ''), coalesce(%1$s.headers ->> 'ce_id',"
            + " %1$s.headers ->> 'dead-letter-id', '')";

    private static final String SAME_EFFECT =
            "(%s) = (%s)".formatted(EFFECT.formatted("here"), EFFECT.formatted("there"));

    /** What the old generation has not sent: set aside is not sent either, and the successor tries it once more. */
    private static final String UNSENT = "(SELECT id, shard, channel, key, headers, value FROM {old}.outbox"
            + " UNION ALL SELECT id, shard, channel, key, headers, value FROM {old}.outbox_set_aside)";

    /** An escaped NUL is a text that PostgreSQL does not read; an even number of backslashes before it is another text. */
    private static final String READABLE = "CASE WHEN position('\\u0000' IN past.event) = 0 THEN past.event"
            + " ELSE regexp_replace(past.event, '(?<!\\\\)((?:\\\\\\\\)*)\\\\u0000', '\\1', 'g') END";

    /** Rows of the new outbox whose effect the old generation knows of, and has nothing left to send of. */
    private static final String FORGET = """
            DELETE FROM {new}.outbox AS here
            WHERE (EXISTS (SELECT FROM {old}.history AS past
                           WHERE past.order_id = CASE WHEN here.channel IN ('orders', 'order-state')
                                                      THEN convert_from(here.key, 'UTF8') END
                             AND (%s)::json ->> 'eventId' = here.headers ->> 'ce_id')
                OR EXISTS (SELECT FROM {old}.dead_letters AS past
                           WHERE here.channel = 'transactions-dlq' AND past.reason IS NOT NULL
                             AND past.id = here.headers ->> 'dead-letter-id'))
              AND NOT EXISTS (SELECT FROM %s AS there WHERE %s)""".formatted(READABLE, UNSENT, SAME_EFFECT);

    /**
     * Rows of the old outbox that only the old generation has: what the back office asked for, and what was said again. A state
     * is left where the new outbox has one of the same order: that is no older, for generations put together what they apply at
     * once, and the last one of a key is the one that stays.
     */
    private static final String TAKE_OVER = """
            INSERT INTO {new}.outbox (shard, id, channel, key, headers, value)
            SELECT shard, nextval('{new}.outbox_id'), channel, key, headers, value
            FROM (SELECT * FROM %s AS there
                  WHERE NOT EXISTS (SELECT FROM {new}.outbox AS here
                                    WHERE %s OR (there.channel = 'order-state' AND here.channel = there.channel
                                                 AND here.key = there.key))
                  ORDER BY id) AS left_over""".formatted(UNSENT, SAME_EFFECT);

    private static final String IDEMPOTENCY_KEYS =
            "INSERT INTO {new}.requests SELECT * FROM {old}.requests ON CONFLICT DO NOTHING";

    private static final String REFUSAL = """
            CREATE OR REPLACE FUNCTION {old}.refuse() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN RAISE EXCEPTION 'This generation was replaced: {old} by {new}.'; END $$""";

    private static final String TRIGGER =
            "CREATE TRIGGER replaced BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON {old}.%s"
                    + " FOR EACH STATEMENT EXECUTE FUNCTION {old}.refuse()";

    /** Whether the schema was fenced off. */
    boolean stands(String schema) {
        return sql.number("""
                SELECT count(*) FROM pg_trigger
                WHERE tgname = 'replaced' AND tgrelid = to_regclass('%s.outbox')""".formatted(schema)) > 0;
    }

    /** So that a generation which was replaced can be rebuilt from where it was. */
    void open(String schema) {
        sql.run(TABLES.stream()
                .map(table -> "DROP TRIGGER IF EXISTS replaced ON %s.%s".formatted(schema, table))
                .toArray(String[]::new));
    }

    /** The new outbox would grow with the history; what was sent long ago can go at any time. */
    int forgetWhatIsCaused(String old, String successor) {
        return sql.transaction(connection -> Sql.update(connection, between(FORGET, old, successor)));
    }

    /** Nothing where it stands already. */
    String build(String old, String successor) {
        if (stands(old)) {
            return "The fence stood already.";
        }
        return sql.transaction(connection -> build(connection, old, successor));
    }

    private static String build(Connection connection, String old, String successor) throws SQLException {
        Sql.update(connection, PATIENCE);
        Sql.number(connection, NOBODY_SENDS.formatted(old));
        for (var table : TABLES) {
            lock(connection, old, table);
        }
        var caused = Sql.update(connection, between(FORGET, old, successor));
        var takenOver = Sql.update(connection, between(TAKE_OVER, old, successor));
        var keys = Sql.update(connection, between(IDEMPOTENCY_KEYS, old, successor));
        Sql.update(connection, "DELETE FROM " + old + ".outbox");
        Sql.update(connection, "DELETE FROM " + old + ".outbox_set_aside");
        Sql.update(connection, between(REFUSAL, old, successor));
        for (var table : TABLES) {
            Sql.update(connection, between(TRIGGER.formatted(table), old, successor));
        }
        var left = Sql.number(connection, "SELECT count(*) FROM %s.outbox".formatted(successor));
        return ("%d rows of the outbox were caused already and not kept, %d were taken over, %d are to be sent;"
                        + " %d idempotency keys.")
                .formatted(caused, takenOver, left, keys);
    }

    private static void lock(Connection connection, String schema, String table) throws SQLException {
        Sql.update(connection, "LOCK TABLE %s.%s IN SHARE ROW EXCLUSIVE MODE".formatted(schema, table));
    }

    private static String between(String statement, String old, String successor) {
        return statement.replace("{old}", old).replace("{new}", successor);
    }
}

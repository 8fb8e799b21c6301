package millrace.orders.rebuild;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;
import millrace.events.Catalogue;
import millrace.generation.PlatformDatabase;
import millrace.orders.outbox.Outbox;

/**
 * Fence between two generations of orders, by their outboxes: the successor does not send what the old generation has
 * sent, it sends what the old one had still to send, and the old one cannot write any more.
 */
record OrdersFence(PlatformDatabase database) {
    /** Tables by which a process of the old generation could have an effect. */
    private static final List<String> TABLES =
            List.of("orders", "history", "dead_letters", "blocked_keys", "requests", "outbox", "outbox_set_aside");

    /**
     * The fence waits this long for an open transaction of the old generation; after that it fails and nothing has
     * changed.
     */
    private static final String LOCK_TIMEOUT = "SET LOCAL lock_timeout = '60s'";

    /**
     * Takes the locks that a relay of the outbox holds while it sends, in the way the relay takes them: see OutboxTable
     * of orders-service.
     */
    private static final String LOCK_RELAYS =
            "SELECT count(pg_advisory_xact_lock(hashtext('%s.outbox'), shard)) FROM generate_series(0, %d) AS shards (shard)";

    /** Columns by which two rows are the same effect: the event's id, or the id of the dead letter. */
    private static final String EFFECT = "%1$s.channel, coalesce(%1$s.key, ''), coalesce(%1$s.headers ->> 'ce_id',"
            + " %1$s.headers ->> 'dead-letter-id', '')";

    private static final String SAME_EFFECT =
            "(%s) = (%s)".formatted(EFFECT.formatted("here"), EFFECT.formatted("there"));

    /**
     * Rows that the old generation has not sent. Rows that were set aside are among them: the successor tries them once
     * more.
     */
    private static final String UNSENT = "(SELECT id, shard, channel, key, headers, value FROM {old}.outbox"
            + " UNION ALL SELECT id, shard, channel, key, headers, value FROM {old}.outbox_set_aside)";

    /**
     * Event text without escaped NULs, which PostgreSQL does not parse as JSON. An even number of backslashes before it
     * escapes backslashes and no NUL.
     */
    private static final String EVENT_WITHOUT_NUL = "CASE WHEN position('\\u0000' IN past.event) = 0 THEN past.event"
            + " ELSE regexp_replace(past.event, '(?<!\\\\)((?:\\\\\\\\)*)\\\\u0000', '\\1', 'g') END";

    /**
     * Deletes rows of the new outbox whose effect the old generation has published. A row is a dead letter, found by its
     * id, or the effect of an event of the order that is its key, on any channel.
     */
    private static final String DELETE_PUBLISHED = """
            DELETE FROM {new}.outbox AS here
            WHERE (EXISTS (SELECT FROM {old}.history AS past
                           WHERE past.order_id = CASE WHEN here.headers ->> 'ce_id' IS NOT NULL
                                                      THEN convert_from(here.key, 'UTF8') END
                             AND (%s)::json ->> 'eventId' = here.headers ->> 'ce_id')
                OR EXISTS (SELECT FROM {old}.dead_letters AS past
                           WHERE past.reason IS NOT NULL AND past.id = here.headers ->> 'dead-letter-id'))
              AND NOT EXISTS (SELECT FROM %s AS there WHERE %s)""".formatted(EVENT_WITHOUT_NUL, UNSENT, SAME_EFFECT);

    /** Compacted channels that orders writes, as a list of SQL: the last record of a key is the one that stays. */
    private static final String COMPACTED = Catalogue.channels().stream()
            .filter(channel -> channel.writers().contains("orders-service")
                    && channel.cleanupPolicy().contains("compact"))
            .map(channel -> "'" + channel.name() + "'")
            .collect(Collectors.joining(", "));

    /**
     * Copies rows of the old outbox that only the old generation has: requests of the back office and republished
     * states. A state is left out if the new outbox has one of the same order: that one is not older.
     * Generations combine the states of one batch differently, and the last state of a key is the one that stays.
     */
    private static final String TAKE_OVER = """
            INSERT INTO {new}.outbox (shard, id, channel, key, headers, value)
            SELECT shard, nextval('{new}.outbox_id'), channel, key, headers, value
            FROM (SELECT * FROM %s AS there
                  WHERE NOT EXISTS (SELECT FROM {new}.outbox AS here
                                    WHERE %s OR (there.channel IN (%s) AND here.channel = there.channel
                                                 AND here.key = there.key))
                  ORDER BY id) AS left_over""".formatted(UNSENT, SAME_EFFECT, COMPACTED);

    private static final String IDEMPOTENCY_KEYS =
            "INSERT INTO {new}.requests SELECT * FROM {old}.requests ON CONFLICT DO NOTHING";

    private static final String REFUSAL = """
            CREATE OR REPLACE FUNCTION {old}.refuse() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN RAISE EXCEPTION 'This generation was replaced: {old} by {new}.'; END $$""";

    private static final String TRIGGER =
            "CREATE TRIGGER replaced BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON {old}.%s"
                    + " FOR EACH STATEMENT EXECUTE FUNCTION {old}.refuse()";

    /** Returns true if the schema has been fenced off. */
    boolean isClosed(String schema) {
        return database.transaction(connection -> isClosed(connection, schema));
    }

    private static boolean isClosed(Connection connection, String schema) throws SQLException {
        return PlatformDatabase.queryLong(connection, """
                SELECT count(*) FROM pg_trigger
                WHERE tgname = 'replaced' AND tgrelid = to_regclass('%s.outbox')""".formatted(schema)) > 0;
    }

    /** Reopens a generation that was replaced, so that it is rebuilt from where it stopped. */
    void reopen(String schema) {
        database.run(TABLES.stream()
                .map(table -> "DROP TRIGGER IF EXISTS replaced ON %s.%s".formatted(schema, table))
                .toArray(String[]::new));
    }

    /**
     * Deletes rows of the new outbox whose effects are published. Without it the outbox would grow with the history; it
     * may run at any time.
     */
    int deletePublishedEffects(String old, String successor) {
        return database.transaction(
                connection -> PlatformDatabase.update(connection, forGenerations(DELETE_PUBLISHED, old, successor)));
    }

    /** Closes the old generation. Does nothing if it is closed already, also if another process does so meanwhile. */
    String close(String old, String successor) {
        return database.transaction(connection -> close(connection, old, successor));
    }

    private static String close(Connection connection, String old, String successor) throws SQLException {
        PlatformDatabase.update(connection, LOCK_TIMEOUT);
        PlatformDatabase.queryLong(connection, LOCK_RELAYS.formatted(old, Outbox.SHARDS - 1));
        for (var table : TABLES) {
            lock(connection, old, table);
        }
        if (isClosed(connection, old)) {
            return "The fence was closed already.";
        }
        var deleted = PlatformDatabase.update(connection, forGenerations(DELETE_PUBLISHED, old, successor));
        var takenOver = PlatformDatabase.update(connection, forGenerations(TAKE_OVER, old, successor));
        var keys = PlatformDatabase.update(connection, forGenerations(IDEMPOTENCY_KEYS, old, successor));
        PlatformDatabase.update(connection, "DELETE FROM " + old + ".outbox");
        PlatformDatabase.update(connection, "DELETE FROM " + old + ".outbox_set_aside");
        PlatformDatabase.update(connection, forGenerations(REFUSAL, old, successor));
        for (var table : TABLES) {
            PlatformDatabase.update(connection, forGenerations(TRIGGER.formatted(table), old, successor));
        }
        var left = PlatformDatabase.queryLong(connection, "SELECT count(*) FROM %s.outbox".formatted(successor));
        return ("%d rows of the outbox had been sent already and were deleted, %d were taken over, %d are to be sent;"
                        + " %d idempotency keys.")
                .formatted(deleted, takenOver, left, keys);
    }

    private static void lock(Connection connection, String schema, String table) throws SQLException {
        PlatformDatabase.update(connection, "LOCK TABLE %s.%s IN SHARE ROW EXCLUSIVE MODE".formatted(schema, table));
    }

    private static String forGenerations(String statement, String old, String successor) {
        return statement.replace("{old}", old).replace("{new}", successor);
    }
}

package millrace.orders.outbox;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;

/** Rows of the outbox that are set aside: lists them, sends them again and discards them. */
@ApplicationScoped
class SetAsideRows {
    static final int PAGE = 100;

    /** Limit for the wait on the shard's sender, within the duration of a request. */
    private static final String LOCK_TIMEOUT = "SET LOCAL lock_timeout = '10s'";

    private static final String LOCK = "SELECT pg_advisory_xact_lock(hashtext(current_schema() || '.outbox'), $1)";

    private static final String LIST = """
            SELECT id, shard, channel, substring(key FROM 1 FOR 300) AS key, reason, set_aside_at,
                   coalesce(octet_length(value), 0) AS bytes
            FROM outbox_set_aside WHERE id > $1 ORDER BY id LIMIT $2""";

    private static final String SHARD = "SELECT shard FROM outbox_set_aside WHERE id = $1";

    private static final String DELETE = "DELETE FROM outbox_set_aside WHERE id = $1";

    /**
     * Moves the row, and those that wait behind it, back to the outbox with their old ids, so that they precede later
     * rows.
     */
    private static final String SEND = """
            WITH notification AS (SELECT pg_notify(current_schema() || '_outbox', '')),
                 gone AS (DELETE FROM outbox_set_aside AS aside
                          USING (SELECT channel, key FROM outbox_set_aside WHERE id = $1) AS first
                          WHERE aside.id = $1
                             OR sha256(aside.key) = sha256(first.key) AND aside.channel = first.channel
                          RETURNING aside.*)
            INSERT INTO outbox (shard, id, channel, key, headers, value, created_at)
            SELECT shard, id, channel, key, headers, value, created_at FROM gone, notification""";

    /** Moves rows back to the outbox that waited behind a row which is gone. */
    private static final String GO_ON = """
            WITH notification AS (SELECT pg_notify(current_schema() || '_outbox', '')),
                 gone AS (DELETE FROM outbox_set_aside AS aside
                          WHERE shard = $1 AND reason IS NULL
                            AND NOT EXISTS (SELECT FROM outbox_set_aside AS other
                                            WHERE sha256(other.key) = sha256(aside.key)
                                              AND other.channel = aside.channel AND other.reason IS NOT NULL)
                          RETURNING *)
            INSERT INTO outbox (shard, id, channel, key, headers, value, created_at)
            SELECT shard, id, channel, key, headers, value, created_at FROM gone, notification""";

    private final Pool pool;

    SetAsideRows(Pool pool) {
        this.pool = pool;
    }

    /**
     * A row over HTTP.
     *
     * @param key its first 300 bytes
     * @param bytes of its value
     * @param reason why it can never be sent; {@code null} where it waits behind another row of its key
     */
    record SetAsideRow(
            long id, int shard, String channel, String key, int bytes, String reason, OffsetDateTime setAsideAt) {}

    Uni<List<SetAsideRow>> after(long id) {
        return pool.withConnection(connection -> connection.preparedQuery(LIST).execute(Tuple.of(id, PAGE)))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(SetAsideRows::row)
                        .toList());
    }

    /** @return number of rows that are sent again; empty where the id is unknown */
    Uni<Optional<Integer>> send(long id) {
        return locked(
                id,
                (connection, shard) ->
                        connection.preparedQuery(SEND).execute(Tuple.of(id)).map(rows -> rows.rowCount()));
    }

    /** @return number of rows that waited behind it and are sent now; empty where the id is unknown */
    Uni<Optional<Integer>> discard(long id) {
        return locked(
                id,
                (connection, shard) -> connection
                        .preparedQuery(DELETE)
                        .execute(Tuple.of(id))
                        .chain(() -> connection.preparedQuery(GO_ON).execute(Tuple.of(shard)))
                        .map(rows -> rows.rowCount()));
    }

    private interface ShardWork {
        Uni<Integer> of(SqlConnection connection, int shard);
    }

    /**
     * Runs the work with the shard locked against its sender, so that a later row cannot overtake those that waited.
     */
    private Uni<Optional<Integer>> locked(long id, ShardWork work) {
        return pool.withTransaction(connection -> connection
                .preparedQuery(SHARD)
                .execute(Tuple.of(id))
                .chain(rows -> rows.size() == 0
                        ? Uni.createFrom().item(Optional.<Integer>empty())
                        : lock(connection, rows.iterator().next().getInteger("shard"))
                                .chain(shard -> work.of(connection, shard))
                                .map(Optional::of)));
    }

    private static Uni<Integer> lock(SqlConnection connection, int shard) {
        return connection
                .query(LOCK_TIMEOUT)
                .execute()
                .chain(() -> connection.preparedQuery(LOCK).execute(Tuple.of(shard)))
                .replaceWith(shard);
    }

    private static SetAsideRow row(Row row) {
        var key = row.getBuffer("key");
        return new SetAsideRow(
                row.getLong("id"),
                row.getInteger("shard"),
                row.getString("channel"),
                key == null ? null : key.toString(),
                row.getInteger("bytes"),
                row.getString("reason"),
                row.getOffsetDateTime("set_aside_at"));
    }
}

package millrace.orders.outbox;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import millrace.orders.outbox.OutboxProducer.Sent;

/** The outbox as the relay sees it, in SQL. */
@ApplicationScoped
class OutboxTable {
    private static final String BUSY_SHARDS = """
            SELECT shard FROM generate_series(0, %d) AS shards (shard)
            WHERE EXISTS (SELECT FROM outbox WHERE outbox.shard = shards.shard)""".formatted(Outbox.SHARDS - 1);

    private static final String LOCK =
            "SELECT pg_try_advisory_xact_lock(hashtext(current_schema() || '.outbox'), $1) AS mine";

    private static final String OLDEST =
            "SELECT id, channel, key, headers, value FROM outbox WHERE shard = $1 ORDER BY id LIMIT $2";

    private static final String DELETE = "DELETE FROM outbox WHERE shard = $1 AND id = ANY ($2)";

    private static final String BACKLOG = """
            SELECT count(*) AS rows, coalesce(extract(epoch FROM now() - min(created_at)), 0) AS seconds
            FROM outbox""";

    private final Pool pool;

    OutboxTable(Pool pool) {
        this.pool = pool;
    }

    /**
     * How much is waiting.
     *
     * @param seconds age of the oldest row; 0 where there is none
     */
    record Backlog(double rows, double seconds) {}

    Uni<Backlog> backlog() {
        return query(BACKLOG).map(rows -> {
            var row = rows.iterator().next();
            return new Backlog(row.getDouble("rows"), row.getDouble("seconds"));
        });
    }

    /** Shards that have rows. */
    Uni<List<Integer>> busyShards() {
        return query(BUSY_SHARDS)
                .map(rows -> stream(rows).map(row -> row.getInteger("shard")).toList());
    }

    /**
     * Hands the oldest rows of a shard to the sender and deletes what it has sent, in one transaction. Nothing is sent
     * while another process is at it. The lock is taken by a statement of its own: the next one then sees all that the
     * last holder has deleted.
     */
    Uni<Sent> drain(int shard, int limit, Function<List<OutboxRow>, Uni<Sent>> sender) {
        return pool.withTransaction(connection -> lock(connection, shard)
                .chain(mine -> mine
                        ? oldest(connection, shard, limit)
                        : Uni.createFrom().item(List.<OutboxRow>of()))
                .chain(sender::apply)
                .call(sent -> delete(connection, shard, sent.confirmed())));
    }

    /** On a connection asked for by name: the pool's own query leaves a failure behind for later (vertx-sql-client 1706). */
    private Uni<RowSet<Row>> query(String sql) {
        return pool.withConnection(connection -> connection.query(sql).execute());
    }

    private static Uni<Boolean> lock(SqlConnection connection, int shard) {
        return connection
                .preparedQuery(LOCK)
                .execute(Tuple.of(shard))
                .map(rows -> rows.iterator().next().getBoolean("mine"));
    }

    private static Uni<List<OutboxRow>> oldest(SqlConnection connection, int shard, int limit) {
        return connection
                .preparedQuery(OLDEST)
                .execute(Tuple.of(shard, limit))
                .map(rows -> stream(rows).map(OutboxTable::row).toList());
    }

    private static Uni<?> delete(SqlConnection connection, int shard, List<Long> ids) {
        return connection.preparedQuery(DELETE).execute(Tuple.of(shard, ids.toArray(Long[]::new)));
    }

    private static OutboxRow row(Row row) {
        Map<String, String> headers = new LinkedHashMap<>();
        row.getJsonObject("headers").forEach(header -> headers.put(header.getKey(), (String) header.getValue()));
        return new OutboxRow(
                row.getLong("id"),
                new OutboxMessage(row.getString("channel"), bytes(row, "key"), headers, bytes(row, "value")));
    }

    private static byte[] bytes(Row row, String column) {
        var buffer = row.getBuffer(column);
        return buffer == null ? null : buffer.getBytes();
    }

    private static Stream<Row> stream(RowSet<Row> rows) {
        return StreamSupport.stream(rows.spliterator(), false);
    }
}

package millrace.orders.outbox;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import millrace.orders.ledger.WrittenCounts;

/** SQL of the relay. */
@ApplicationScoped
class OutboxTable {
    private static final String HAS_ROWS =
            "SELECT EXISTS (SELECT FROM outbox WHERE shard = $1 AND channel <> ALL ($2)) AS busy";

    private static final String LOCK =
            "SELECT pg_try_advisory_xact_lock(hashtext(current_schema() || '.outbox'), $1) AS mine";

    /** Limits the rows by their sizes, which PostgreSQL knows without reading the values. */
    private static final String OLDEST = """
            SELECT id, channel, key, headers, value,
                   EXISTS (SELECT FROM outbox_set_aside AS aside
                           WHERE sha256(aside.key) = sha256(next.key) AND aside.channel = next.channel
                             AND aside.id < next.id) AS behind
            FROM (SELECT *, row_number() OVER (ORDER BY id) AS number,
                         sum(coalesce(octet_length(value), 0) + coalesce(octet_length(key), 0)) OVER (ORDER BY id) AS bytes
                  FROM outbox WHERE shard = $1 AND channel <> ALL ($2) ORDER BY id LIMIT $3) AS next
            WHERE bytes <= $4 OR number = 1
            ORDER BY id""";

    private static final String DELETE = "DELETE FROM outbox WHERE shard = $1 AND id = ANY ($2)";

    private static final String SET_ASIDE = """
            WITH gone AS (DELETE FROM outbox WHERE shard = $1 AND id = ANY ($2) RETURNING *)
            INSERT INTO outbox_set_aside (id, shard, channel, key, headers, value, created_at, reason)
            SELECT id, shard, channel, key, headers, value, created_at, $3 FROM gone""";

    private static final String BACKLOG = """
            SELECT count(*) AS rows, coalesce(extract(epoch FROM now() - min(created_at)), 0) AS seconds,
                   (SELECT count(*) FROM outbox_set_aside) AS set_aside
            FROM outbox""";

    private final Pool pool;
    private final WrittenCounts counts;

    OutboxTable(Pool pool, WrittenCounts counts) {
        this.pool = pool;
        this.counts = counts;
    }

    /**
     * Size of the outbox.
     *
     * @param seconds age of the oldest row; 0 where there is none
     * @param setAside rows that wait for a person
     */
    record Backlog(double rows, double seconds, double setAside) {}

    /** Uses a connection of its own, because a query on the pool itself leaks a failure (vertx-sql-client 1706). */
    Uni<Backlog> backlog() {
        return pool.withConnection(connection -> connection.query(BACKLOG).execute())
                .map(rows -> {
                    var row = rows.iterator().next();
                    return new Backlog(row.getDouble("rows"), row.getDouble("seconds"), row.getDouble("set_aside"));
                });
    }

    /**
     * Passes the oldest rows of a shard to the sender, deletes those that it has sent and sets aside those that it
     * never can, in one transaction. Does nothing while another process holds the shard. The lock is taken by a
     * separate statement, so that the next one sees all deletions of the last holder. The records are counted for the
     * ledger: see {@link WrittenCounts}.
     *
     * @param backingOff channels that are paused
     * @param sender receives the rows and the timestamp of their records
     */
    Uni<OutboxSendResult> drain(
            int shard,
            Collection<String> backingOff,
            int limit,
            int bytes,
            BiFunction<List<OutboxRow>, Instant, Uni<OutboxSendResult>> sender) {
        var channels = backingOff.toArray(String[]::new);
        return pool.withConnection(connection -> connection
                        .preparedQuery(HAS_ROWS)
                        .execute(Tuple.of(shard, channels))
                        .map(rows -> rows.iterator().next().getBoolean("busy")))
                .chain(busy -> busy
                        ? pool.withTransaction(connection -> lock(connection, shard)
                                .chain(mine -> mine
                                        ? oldest(connection, Tuple.of(shard, channels, limit, bytes))
                                        : Uni.createFrom().item(List.<OutboxRow>of()))
                                .chain(rows -> send(connection, shard, rows, sender)))
                        : Uni.createFrom().item(OutboxSendResult.NOTHING));
    }

    private Uni<OutboxSendResult> send(
            SqlConnection connection,
            int shard,
            List<OutboxRow> rows,
            BiFunction<List<OutboxRow>, Instant, Uni<OutboxSendResult>> sender) {
        var at = Instant.now();
        var toSend = rows.stream().filter(row -> !row.behind()).toList();
        return counts.register(shard, at, channels(toSend, row -> true))
                .chain(() -> sender.apply(rows, at))
                .call(result -> deleteAndSetAside(connection, shard, rows, result))
                .call(result -> {
                    var confirmed = Set.copyOf(result.confirmed());
                    return counts.settle(
                            connection,
                            shard,
                            at,
                            channels(toSend, row -> confirmed.contains(row.id())),
                            channels(
                                    toSend,
                                    row -> !confirmed.contains(row.id())
                                            && !result.unsure().contains(row.id())));
                });
    }

    private static List<String> channels(List<OutboxRow> rows, Predicate<OutboxRow> which) {
        return rows.stream().filter(which).map(row -> row.message().channel()).toList();
    }

    private static Uni<?> deleteAndSetAside(
            SqlConnection connection, int shard, List<OutboxRow> rows, OutboxSendResult result) {
        var behind = rows.stream().filter(OutboxRow::behind).map(OutboxRow::id).toList();
        Uni<?> settled = Uni.createFrom().voidItem();
        if (!result.confirmed().isEmpty()) {
            settled = settled.chain(() -> connection
                    .preparedQuery(DELETE)
                    .execute(Tuple.of(shard, result.confirmed().toArray(Long[]::new))));
        }
        if (!behind.isEmpty()) {
            settled = settled.chain(() -> setAside(connection, shard, behind, null));
        }
        for (var refused : result.refused().entrySet()) {
            settled = settled.chain(() -> setAside(connection, shard, List.of(refused.getKey()), refused.getValue()));
        }
        return settled;
    }

    private static Uni<?> setAside(SqlConnection connection, int shard, List<Long> ids, String reason) {
        return connection.preparedQuery(SET_ASIDE).execute(Tuple.of(shard, ids.toArray(Long[]::new), reason));
    }

    private static Uni<Boolean> lock(SqlConnection connection, int shard) {
        return connection
                .preparedQuery(LOCK)
                .execute(Tuple.of(shard))
                .map(rows -> rows.iterator().next().getBoolean("mine"));
    }

    private static Uni<List<OutboxRow>> oldest(SqlConnection connection, Tuple which) {
        return connection
                .preparedQuery(OLDEST)
                .execute(which)
                .map(rows -> stream(rows).map(OutboxTable::row).toList());
    }

    private static OutboxRow row(Row row) {
        Map<String, String> headers = new LinkedHashMap<>();
        row.getJsonObject("headers").forEach(header -> headers.put(header.getKey(), String.valueOf(header.getValue())));
        return new OutboxRow(
                row.getLong("id"),
                new OutboxMessage(row.getString("channel"), bytes(row, "key"), headers, bytes(row, "value")),
                row.getBoolean("behind"));
    }

    private static byte[] bytes(Row row, String column) {
        var buffer = row.getBuffer(column);
        return buffer == null ? null : buffer.getBytes();
    }

    private static Stream<Row> stream(RowSet<Row> rows) {
        return StreamSupport.stream(rows.spliterator(), false);
    }
}

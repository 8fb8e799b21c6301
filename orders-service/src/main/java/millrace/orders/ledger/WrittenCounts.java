package millrace.orders.ledger;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;

/**
 * Totals of the records that the outbox has written, by channel, shard and minute. A pass of the relay registers its records as unsure
 * before it sends them, in a database transaction of its own, and settles them in the transaction that deletes their
 * rows. A pass that is killed or rolled back leaves them unsure: they are on the channel or not, and are sent again.
 */
@ApplicationScoped
public class WrittenCounts {
    private static final String ADD = """
            INSERT INTO counts (role, channel, partition, minute, acknowledged, unsure)
            SELECT 'wrote', channel, $1, $2, acknowledged, unsure
            FROM unnest($3::text[], $4::bigint[], $5::bigint[]) AS added (channel, acknowledged, unsure)%s
            ORDER BY channel
            ON CONFLICT (role, channel, partition, minute) DO UPDATE
            SET acknowledged = counts.acknowledged + excluded.acknowledged,
                unsure = counts.unsure + excluded.unsure, published = false""";

    private static final String SETTLE = ADD.formatted("");

    /**
     * Does not wait for the disk, which would cost as much as the rest of a pass: it survives the end of this process, and
     * a crash of PostgreSQL itself may lose the last 0.6 s.
     */
    private static final String REGISTER =
            ADD.formatted(", (SELECT set_config('synchronous_commit', 'off', true)) AS asynchronous");

    private final Pool pool;

    WrittenCounts(Pool pool) {
        this.pool = pool;
    }

    /**
     * Registers records as unsure, and commits.
     *
     * @param at timestamp of all these records
     * @param channels of the records, one for each
     */
    public Uni<Void> register(int shard, Instant at, Collection<String> channels) {
        var added = new Added();
        channels.forEach(channel -> added.unsure.merge(channel, 1L, Long::sum));
        return pool.withConnection(connection -> add(connection, REGISTER, shard, at, added));
    }

    /**
     * Settles records that were registered.
     *
     * @param connection with the transaction that deletes the rows
     * @param acknowledged channel of each record that the broker has confirmed
     * @param notWritten channel of each record that is certainly not on the channel
     */
    public Uni<Void> settle(
            SqlConnection connection,
            int shard,
            Instant at,
            Collection<String> acknowledged,
            Collection<String> notWritten) {
        var added = new Added();
        acknowledged.forEach(channel -> {
            added.acknowledged.merge(channel, 1L, Long::sum);
            added.unsure.merge(channel, -1L, Long::sum);
        });
        notWritten.forEach(channel -> added.unsure.merge(channel, -1L, Long::sum));
        return add(connection, SETTLE, shard, at, added);
    }

    /** Numbers to add to the totals, by channel. */
    private static final class Added {
        private final Map<String, Long> acknowledged = new TreeMap<>();
        private final Map<String, Long> unsure = new TreeMap<>();
    }

    private static Uni<Void> add(SqlConnection connection, String statement, int shard, Instant at, Added added) {
        if (added.unsure.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        var channels = added.unsure.keySet().toArray(String[]::new);
        var acknowledged = added.unsure.keySet().stream()
                .map(channel -> added.acknowledged.getOrDefault(channel, 0L))
                .toArray(Long[]::new);
        var unsure = added.unsure.values().toArray(Long[]::new);
        var minute = OffsetDateTime.ofInstant(at.truncatedTo(ChronoUnit.MINUTES), ZoneOffset.UTC);
        return connection
                .preparedQuery(statement)
                .execute(Tuple.of(shard, minute, channels, acknowledged, unsure))
                .replaceWithVoid();
    }
}

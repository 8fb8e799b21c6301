package millrace.orders.outbox;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import millrace.orders.store.BlockingConnections;
import org.jboss.logging.Logger;

/**
 * Totals of the records that the outbox has written, by channel, shard and minute. A pass of the relay registers its
 * records as unsure before it sends them, in a database transaction of its own, and settles them in the transaction that
 * deletes their rows. A pass that is killed or rolled back leaves them unsure: they are on the channel or not, and are
 * sent again.
 */
@ApplicationScoped
class WrittenCounts {
    private static final Logger LOG = Logger.getLogger(WrittenCounts.class);

    private static final String ADD = """
            INSERT INTO counts (role, channel, partition, minute, acknowledged, unsure)
            SELECT 'wrote', channel, ?, ?, acknowledged, unsure
            FROM unnest(?::text[], ?::bigint[], ?::bigint[]) AS added (channel, acknowledged, unsure)%s
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

    private final BlockingConnections connections;
    private final ReentrantLock lock = new ReentrantLock();

    /** The connection on which all shards register, or null. The lock guards it. */
    private Connection registering;

    WrittenCounts(BlockingConnections connections) {
        this.connections = connections;
    }

    /**
     * Registers records as unsure, and commits; rows behind one that is set aside are not sent and not counted.
     *
     * @param at timestamp of all these records
     */
    void register(int shard, Instant at, List<OutboxRow> rows) throws SQLException {
        var added = new Added();
        rows.stream()
                .filter(row -> !row.behind())
                .forEach(row -> added.unsure.merge(row.message().channel(), 1L, Long::sum));
        lock.lock();
        try {
            if (registering == null) {
                registering = connections.open();
            }
            add(registering, REGISTER, shard, at, added);
        } catch (SQLException e) {
            close();
            throw e;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Settles records that were registered.
     *
     * @param connection with the transaction that deletes the rows
     */
    void settle(Connection connection, int shard, Instant at, List<OutboxRow> rows, OutboxSendResult result)
            throws SQLException {
        var confirmed = Set.copyOf(result.confirmed());
        var added = new Added();
        for (var row : rows) {
            if (!row.behind() && !result.unsure().contains(row.id())) {
                added.unsure.merge(row.message().channel(), -1L, Long::sum);
                if (confirmed.contains(row.id())) {
                    added.acknowledged.merge(row.message().channel(), 1L, Long::sum);
                }
            }
        }
        add(connection, SETTLE, shard, at, added);
    }

    /** Numbers to add to the totals, by channel. */
    private static final class Added {
        private final Map<String, Long> acknowledged = new TreeMap<>();
        private final Map<String, Long> unsure = new TreeMap<>();
    }

    private static void add(Connection connection, String statement, int shard, Instant at, Added added)
            throws SQLException {
        if (added.unsure.isEmpty()) {
            return;
        }
        var channels = added.unsure.keySet().toArray(String[]::new);
        var acknowledged = added.unsure.keySet().stream()
                .map(channel -> added.acknowledged.getOrDefault(channel, 0L))
                .toArray(Long[]::new);
        try (var insert = connection.prepareStatement(statement)) {
            insert.setInt(1, shard);
            insert.setObject(2, OffsetDateTime.ofInstant(at.truncatedTo(ChronoUnit.MINUTES), ZoneOffset.UTC));
            insert.setArray(3, connection.createArrayOf("text", channels));
            insert.setArray(4, connection.createArrayOf("bigint", acknowledged));
            insert.setArray(
                    5, connection.createArrayOf("bigint", added.unsure.values().toArray(Long[]::new)));
            insert.executeUpdate();
        }
    }

    @PreDestroy
    void close() {
        lock.lock();
        try {
            if (registering != null) {
                registering.close();
            }
        } catch (SQLException e) {
            LOG.debugf("A connection that has failed cannot be closed: %s", e);
        } finally {
            registering = null;
            lock.unlock();
        }
    }
}

package millrace.orders.ledger;

import static jakarta.interceptor.Interceptor.Priority.LIBRARY_AFTER;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import millrace.events.Counted;
import millrace.events.Counted.Role;
import millrace.orders.outage.Outage;
import millrace.orders.store.BlockingConnections;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Publishes the totals that have changed to the channel {@code ledger}, every 5 s, the oldest minutes first, and after
 * them the report that all are there. It holds no lock while it waits for the broker: a row that has changed meanwhile is
 * published again, also where another process has published it, which may have been earlier. While the broker or the
 * database is unavailable, totals wait in their table. It has a virtual thread and a connection, as the relay of the
 * outbox has.
 */
@ApplicationScoped
class CountsPublisher {
    /** Age at which a minute is deleted: the retention of the channels, and of their totals on {@code ledger}. */
    static final Duration KEPT = Duration.ofDays(7);

    private static final Duration EVERY = Duration.ofSeconds(5);
    /** Rows of one run; the others follow in the next one. */
    private static final int MOST = 1_000;

    private static final Duration LAST_RUN = Duration.ofSeconds(3);

    private static final String EXPIRE = "DELETE FROM counts WHERE minute < ?";

    /** The version of a row is the database transaction that wrote it. */
    private static final String CHANGED = """
            SELECT xmin::text AS version, * FROM counts WHERE NOT published ORDER BY minute, role, channel, partition LIMIT ?""";

    /** Locks the rows in the sequence in which they are counted, which prevents deadlocks. */
    private static final String MARK = """
            WITH sent AS (
                SELECT counts.role, counts.channel, counts.partition, counts.minute,
                       counts.xmin::text = version.version AS unchanged
                FROM counts JOIN unnest(?::text[], ?::text[], ?::integer[], ?::timestamptz[], ?::text[])
                     AS version (role, channel, partition, minute, version) USING (role, channel, partition, minute)
                ORDER BY counts.role, counts.channel, counts.partition, counts.minute
                FOR UPDATE OF counts)
            UPDATE counts SET published = sent.unchanged FROM sent
            WHERE counts.role = sent.role AND counts.channel = sent.channel
              AND counts.partition = sent.partition AND counts.minute = sent.minute""";

    private static final List<String> DISPOSITIONS = List.of(
            Counted.ACKNOWLEDGED,
            Counted.UNSURE,
            Counted.APPLIED,
            Counted.REFUSED,
            Counted.REPEATED,
            Counted.DEAD_LETTERED,
            Counted.PARKED);

    private final BlockingConnections connections;
    private final LedgerSender sender;
    private final String by;
    private final boolean shadow;
    private final Outage outage = new Outage("The counts for the ledger cannot be published");
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final Thread thread = Thread.ofVirtual().name("counts").unstarted(this::run);

    CountsPublisher(
            BlockingConnections connections,
            LedgerSender sender,
            @ConfigProperty(name = "millrace.generation.suffix") Optional<String> generation,
            @ConfigProperty(name = "millrace.shadow", defaultValue = "false") boolean shadow) {
        this.connections = connections;
        this.sender = sender;
        this.by = "orders" + generation.orElse("");
        this.shadow = shadow;
    }

    /** A row of the table, and the transaction that wrote it. */
    private record ChangedRow(
            String version,
            String role,
            String channel,
            int partition,
            Instant minute,
            Map<String, Long> counts,
            long nextOffset) {
        static ChangedRow of(ResultSet row) throws SQLException {
            var counts = new TreeMap<String, Long>();
            for (var disposition : DISPOSITIONS) {
                counts.put(disposition, row.getLong(disposition.replace('-', '_')));
            }
            counts.values().removeIf(number -> number == 0);
            return new ChangedRow(
                    row.getString("version"),
                    row.getString("role"),
                    row.getString("channel"),
                    row.getInt("partition"),
                    row.getObject("minute", OffsetDateTime.class).toInstant(),
                    counts,
                    row.getLong("next_offset"));
        }

        Counted counted(String by) {
            return role.equals("read")
                    ? Counted.read(by, channel, partition, minute, counts, nextOffset)
                    : Counted.wrote(by, channel, partition, minute, counts);
        }
    }

    void start(@Observes StartupEvent event) {
        thread.start();
    }

    /** Publishes the last totals, after the last pass of the relay. What is left is published after the next start. */
    void stop(@Observes @Priority(LIBRARY_AFTER) ShutdownEvent event) throws InterruptedException {
        stopping.countDown();
        thread.join(LAST_RUN);
    }

    /** Publishes until the service stops, and once more then; after a failure it connects again. */
    private void run() {
        try {
            boolean last = false;
            while (!last) {
                last = hasEnded();
                try (var connection = connections.open()) {
                    publish(connection, last);
                    while (!last) {
                        outage.succeeded();
                        last = hasEnded();
                        publish(connection, last);
                    }
                } catch (SQLException | ExecutionException | RuntimeException failure) {
                    outage.failed(failure);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits for the time of the next run, or for the end of the service. */
    private boolean hasEnded() throws InterruptedException {
        return stopping.await(EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void publish(Connection connection, boolean ended)
            throws SQLException, InterruptedException, ExecutionException {
        var upTo = Instant.now();
        var rows = changed(connection, upTo);
        sender.send(messages(rows, upTo, ended));
        if (!rows.isEmpty()) {
            mark(connection, rows);
        }
    }

    private static List<ChangedRow> changed(Connection connection, Instant now) throws SQLException {
        try (var expire = connection.prepareStatement(EXPIRE);
                var query = connection.prepareStatement(CHANGED)) {
            expire.setObject(1, time(now.minus(KEPT)));
            expire.executeUpdate();
            query.setInt(1, MOST);
            var rows = new ArrayList<ChangedRow>();
            try (var found = query.executeQuery()) {
                while (found.next()) {
                    rows.add(ChangedRow.of(found));
                }
            }
            return rows;
        }
    }

    /** A generation that is being rebuilt writes nothing to the channels, so it does not report as a writer. */
    private List<Counted> messages(List<ChangedRow> rows, Instant upTo, boolean ended) {
        var messages = new ArrayList<Counted>();
        rows.forEach(row -> messages.add(row.counted(by)));
        if (!shadow && rows.size() < MOST) {
            messages.add(Counted.report(by, Role.WROTE, upTo, ended));
        }
        return messages;
    }

    private static void mark(Connection connection, List<ChangedRow> rows) throws SQLException {
        try (var update = connection.prepareStatement(MARK)) {
            update.setArray(1, connection.createArrayOf("text", of(rows, ChangedRow::role)));
            update.setArray(2, connection.createArrayOf("text", of(rows, ChangedRow::channel)));
            update.setArray(3, connection.createArrayOf("integer", of(rows, ChangedRow::partition)));
            update.setArray(
                    4,
                    connection.createArrayOf(
                            "timestamptz", of(rows, row -> row.minute().toString())));
            update.setArray(5, connection.createArrayOf("text", of(rows, ChangedRow::version)));
            update.executeUpdate();
        }
    }

    private static Object[] of(List<ChangedRow> rows, Function<ChangedRow, Object> field) {
        return rows.stream().map(field).toArray();
    }

    private static OffsetDateTime time(Instant instant) {
        return OffsetDateTime.ofInstant(instant, ZoneOffset.UTC);
    }
}

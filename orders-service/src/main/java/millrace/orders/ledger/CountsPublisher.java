package millrace.orders.ledger;

import static jakarta.interceptor.Interceptor.Priority.LIBRARY_AFTER;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import millrace.events.Counted;
import millrace.events.Counted.Role;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * Publishes the totals that have changed to the channel {@code ledger}, every 5 s, the oldest minutes first, and after
 * them the report that all are there. It holds no lock while it waits for the broker: a row that has changed meanwhile is
 * published again, also where another process has published it, which may have been earlier. While the broker or the
 * database is unavailable, totals wait in their table.
 */
@ApplicationScoped
class CountsPublisher {
    /** Age at which a minute is deleted: the retention of the channels, and of their totals on {@code ledger}. */
    static final Duration KEPT = Duration.ofDays(7);

    private static final Logger LOG = Logger.getLogger(CountsPublisher.class);
    private static final Duration EVERY = Duration.ofSeconds(5);
    /** Rows of one run; the others follow in the next one. */
    private static final int MOST = 1_000;

    private static final Duration LAST_RUN = Duration.ofSeconds(3);

    private static final String EXPIRE = "DELETE FROM counts WHERE minute < $1";

    /** The version of a row is the database transaction that wrote it. */
    private static final String CHANGED = """
            SELECT xmin::text AS version, * FROM counts WHERE NOT published ORDER BY minute, role, channel, partition LIMIT $1""";

    /** Locks the rows in the sequence in which they are counted, which prevents deadlocks. */
    private static final String MARK = """
            WITH sent AS (
                SELECT counts.role, counts.channel, counts.partition, counts.minute,
                       counts.xmin::text = version.version AS unchanged
                FROM counts JOIN unnest($1::text[], $2::text[], $3::integer[], $4::timestamptz[], $5::text[])
                     AS version (role, channel, partition, minute, version) USING (role, channel, partition, minute)
                ORDER BY counts.role, counts.channel, counts.partition, counts.minute
                FOR UPDATE OF counts)
            UPDATE counts SET published = sent.unchanged FROM sent
            WHERE counts.role = sent.role AND counts.channel = sent.channel
              AND counts.partition = sent.partition AND counts.minute = sent.minute""";

    private final Pool pool;
    private final LedgerSender sender;
    private final String by;
    private final boolean shadow;
    private boolean failing;
    private Cancellable runs;

    CountsPublisher(
            Pool pool,
            LedgerSender sender,
            @ConfigProperty(name = "millrace.generation.suffix") Optional<String> generation,
            @ConfigProperty(name = "millrace.shadow", defaultValue = "false") boolean shadow) {
        this.pool = pool;
        this.sender = sender;
        this.by = "orders" + generation.orElse("");
        this.shadow = shadow;
    }

    private record ChangedRow(Row row) {
        Counted counted(String by) {
            var minute = row.getOffsetDateTime("minute").toInstant();
            var channel = row.getString("channel");
            var partition = row.getInteger("partition");
            return row.getString("role").equals("read")
                    ? Counted.read(by, channel, partition, minute, counts(), row.getLong("next_offset"))
                    : Counted.wrote(by, channel, partition, minute, counts());
        }

        private Map<String, Long> counts() {
            var counts = new TreeMap<String, Long>();
            Stream.of(
                            Counted.ACKNOWLEDGED,
                            Counted.UNSURE,
                            Counted.APPLIED,
                            Counted.REFUSED,
                            Counted.REPEATED,
                            Counted.DEAD_LETTERED,
                            Counted.PARKED)
                    .forEach(disposition -> counts.put(disposition, row.getLong(disposition.replace('-', '_'))));
            counts.values().removeIf(number -> number == 0);
            return counts;
        }
    }

    void start(@Observes StartupEvent event) {
        runs = Multi.createFrom()
                .ticks()
                .every(EVERY)
                .onOverflow()
                .drop()
                .onItem()
                .transformToUniAndConcatenate(tick -> publish(false))
                .subscribe()
                .with(done -> {});
    }

    /** Publishes the last totals, after the last pass of the relay. What is left is published after the next start. */
    void stop(@Observes @Priority(LIBRARY_AFTER) ShutdownEvent event) {
        runs.cancel();
        publish(true)
                .ifNoItem()
                .after(LAST_RUN)
                .recoverWithItem((Void) null)
                .await()
                .indefinitely();
    }

    private Uni<Void> publish(boolean ended) {
        return Uni.createFrom()
                .item(Instant::now)
                .chain(upTo -> changed(upTo)
                        .call(rows -> sender.send(messages(rows, upTo, ended)))
                        .chain(this::mark))
                .invoke(() -> failing = false)
                .onFailure()
                .invoke(this::failed)
                .onFailure()
                .recoverWithNull();
    }

    private Uni<List<Row>> changed(Instant now) {
        return pool.withConnection(connection -> connection
                .preparedQuery(EXPIRE)
                .execute(Tuple.of(time(now.minus(KEPT))))
                .chain(() -> connection.preparedQuery(CHANGED).execute(Tuple.of(MOST)))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false).toList()));
    }

    /** A generation that is being rebuilt writes nothing to the channels, so it does not report as a writer. */
    private List<Counted> messages(List<Row> rows, Instant upTo, boolean ended) {
        var messages = new ArrayList<Counted>();
        rows.forEach(row -> messages.add(new ChangedRow(row).counted(by)));
        if (!shadow && rows.size() < MOST) {
            messages.add(Counted.report(by, Role.WROTE, upTo, ended));
        }
        return messages;
    }

    private Uni<Void> mark(List<Row> rows) {
        if (rows.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        var versions = Tuple.of(
                rows.stream().map(row -> row.getString("role")).toArray(String[]::new),
                rows.stream().map(row -> row.getString("channel")).toArray(String[]::new),
                rows.stream().map(row -> row.getInteger("partition")).toArray(Integer[]::new),
                rows.stream().map(row -> row.getOffsetDateTime("minute")).toArray(OffsetDateTime[]::new),
                rows.stream().map(row -> row.getString("version")).toArray(String[]::new));
        return pool.withConnection(connection -> connection.preparedQuery(MARK).execute(versions))
                .replaceWithVoid();
    }

    private static OffsetDateTime time(Instant instant) {
        return OffsetDateTime.ofInstant(instant, ZoneOffset.UTC);
    }

    private void failed(Throwable failure) {
        if (!failing) {
            LOG.warnf("The counts for the ledger cannot be published, trying again until it works: %s", failure);
        }
        failing = true;
    }
}

package millrace.orders.outbox;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import millrace.orders.outage.Alarms;
import millrace.orders.outage.Outage;
import millrace.orders.store.BlockingConnections;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.postgresql.PGConnection;

/**
 * Publishes the outbox: a pass reads the oldest rows of a shard, up to a number and size, sends them, and deletes those
 * that the broker has confirmed, in one transaction. After a crash some of them are sent again, with the same event
 * ids. It counts the records for the ledger: see {@link WrittenCounts}.
 *
 * <p>It uses no cursor over ids (a lower id may be committed after a higher one) and does not skip locked rows (which
 * would break the sequence of a key): the holder of the shard's advisory lock sends its rows. The lock belongs to the
 * transaction, because a session's lock does not survive a connection pooler.
 *
 * <p>Each shard has a virtual thread and a connection, and everything in it blocks: it sends until nothing is left, and
 * then waits for the notification of a commit, from any process, or for the interval of the polls. A notification is
 * only a hint: where one is lost, the poll finds the rows.
 *
 * <p>Shards do not wait for each other. While the broker is unavailable the outbox grows, and rows are retried with a
 * growing pause; a single channel that cannot be written is paused alone. A row that can never be sent is set aside
 * with the later rows of its key, and raises an alarm: see {@link SetAsideResource}.
 */
@ApplicationScoped
class OutboxRelay {
    /** Limit for the last passes at shutdown; the rows of a longer one are sent again after the next start. */
    private static final Duration LAST_PASS = Duration.ofSeconds(8);

    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

    private final BlockingConnections connections;
    private final OutboxProducer producer;
    private final WrittenCounts counts;
    private final ZombieSendRepair repair;
    private final OutboxConfig config;
    private final boolean shadow;
    private final List<ShardRelay> shards;
    private volatile boolean stopping;

    OutboxRelay(
            BlockingConnections connections,
            OutboxProducer producer,
            WrittenCounts counts,
            ZombieSendRepair repair,
            OutboxConfig config,
            Alarms alarms,
            @ConfigProperty(name = "millrace.shadow", defaultValue = "false") boolean shadow) {
        this.connections = connections;
        this.producer = producer;
        this.counts = counts;
        this.repair = repair;
        this.config = config;
        this.shadow = shadow;
        this.shards = IntStream.range(0, Outbox.SHARDS)
                .mapToObj(shard -> new ShardRelay(shard, new ChannelBackoff(shard, alarms)))
                .toList();
    }

    /**
     * Starts the relay, except in a generation that is being rebuilt beside the live one: its rows wait until it is
     * live.
     */
    void start(@Observes StartupEvent event) {
        if (!shadow) {
            shards.forEach(relay -> relay.thread.start());
        }
    }

    /** Waits for the current passes; rows that are left are sent after the next start. */
    void stop(@Observes ShutdownEvent event) throws InterruptedException {
        stopping = true;
        var end = Instant.now().plus(LAST_PASS);
        for (var relay : shadow ? List.<ShardRelay>of() : shards) {
            relay.thread.join(Duration.between(Instant.now(), end));
        }
    }

    /** The relay of one shard, which makes one pass at a time. */
    private final class ShardRelay {
        private final int shard;
        private final ChannelBackoff backoff;
        private final Outage outage;
        private final Thread thread;
        private Duration pause = FIRST_PAUSE;

        /** Rows of a pass that has begun to send and has not been committed. */
        private List<OutboxRow> underWay = List.of();

        ShardRelay(int shard, ChannelBackoff backoff) {
            this.shard = shard;
            this.backoff = backoff;
            this.outage = new Outage("Shard " + shard + " of the outbox cannot be emptied");
            this.thread = Thread.ofVirtual().name("outbox-" + shard).unstarted(this::run);
        }

        /** Publishes until the service stops; after any failure it connects again, with a growing pause. */
        private void run() {
            try {
                while (!stopping || !underWay.isEmpty()) {
                    try {
                        repairLostPass();
                        publish();
                    } catch (SQLException | RuntimeException failure) {
                        outage.failed(failure);
                        Thread.sleep(pause);
                        var twice = pause.multipliedBy(2);
                        pause = twice.compareTo(LONGEST_PAUSE) < 0 ? twice : LONGEST_PAUSE;
                    }
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        /** After a pass that was not committed another process may have sent the same rows, and later ones. */
        private void repairLostPass() {
            if (!underWay.isEmpty()) {
                var lost = underWay;
                underWay = List.of();
                repair.republishLatest(shard, lost);
            }
        }

        private void publish() throws SQLException, InterruptedException {
            try (var connection = connections.openAndListen()) {
                while (!stopping) {
                    boolean progress = pass(connection);
                    outage.succeeded();
                    pause = FIRST_PAUSE;
                    if (!progress) {
                        connection
                                .unwrap(PGConnection.class)
                                .getNotifications(
                                        Math.toIntExact(config.pollEvery().toMillis()));
                    }
                }
            }
        }

        /** Returns true if rows have left the shard, because more may wait. */
        private boolean pass(Connection connection) throws SQLException, InterruptedException {
            var paused = backoff.pausedChannels();
            if (!OutboxTable.hasRows(connection, shard, paused)) {
                return false;
            }
            connection.setAutoCommit(false);
            underWay = OutboxTable.lockOldest(connection, shard, paused, config.batch(), config.batchBytes());
            var at = Instant.now();
            counts.register(shard, at, underWay);
            var result = producer.send(shard, underWay, at);
            OutboxTable.deleteAndSetAside(connection, shard, underWay, result);
            counts.settle(connection, shard, at, underWay, result);
            connection.commit();
            connection.setAutoCommit(true);
            recordOutcome(underWay, result);
            underWay = List.of();
            return !result.confirmed().isEmpty() || !result.refused().isEmpty();
        }

        private void recordOutcome(List<OutboxRow> rows, OutboxSendResult result) {
            result.failed().forEach((channel, failure) -> {
                backoff.failed(channel, failure);
                producer.replace(shard, failure);
            });
            rows.stream()
                    .filter(row -> result.confirmed().contains(row.id()))
                    .map(row -> row.message().channel())
                    .filter(channel -> !result.failed().containsKey(channel))
                    .distinct()
                    .forEach(backoff::succeeded);
        }
    }
}

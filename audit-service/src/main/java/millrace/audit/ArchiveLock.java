package millrace.audit;

import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;
import millrace.audit.table.JdbcStatements;
import org.jboss.logging.Logger;

/**
 * Makes one process the one that archives: it holds an advisory lock of the database on a connection of its own, and each
 * transaction that writes checks that it still does. The database takes the lock from a process that is silent for 20 s. For
 * one thread, apart from {@link #check}.
 */
@Singleton
public class ArchiveLock {
    private static final Logger LOG = Logger.getLogger(ArchiveLock.class);
    private static final String SILENCE = "20s";
    private static final Duration PING_EVERY = Duration.ofSeconds(5);
    private static final String LOCK = "SELECT pg_try_advisory_lock('positions'::regclass::oid::integer, 0)";
    private static final String HELD = """
            FROM pg_locks WHERE locktype = 'advisory' AND classid = 'positions'::regclass::oid AND objid = 0
                AND objsubid = 2 AND granted
                AND database = (SELECT oid FROM pg_database WHERE datname = current_database())""";
    private static final String CHECK = "SELECT " + HELD + " AND pid = ?";

    /** Each role of the database may take any advisory lock. */
    private static final String STRANGER = """
            SELECT usename FROM pg_stat_activity WHERE NOT has_table_privilege(usename, 'records', 'INSERT')
                AND pid IN (SELECT pid %s)""".formatted(HELD);

    private final DataSource database;
    private Connection connection;
    private volatile int backend;
    private long pingedAt;

    public ArchiveLock(DataSource database) {
        this.database = database;
    }

    /** Another process archives. */
    public static final class NotActive extends SQLException {
        private static final long serialVersionUID = 1;

        NotActive() {
            super("Another process archives");
        }
    }

    /**
     * Takes the lock unless this process has it.
     *
     * @return true if it was taken: another process may have archived since
     * @throws NotActive if another process has it
     * @throws SQLException also if who has it cannot be a process that archives
     */
    public boolean hold() throws SQLException {
        if (connection != null && isHeld()) {
            return false;
        }
        release();
        connection = database.getConnection();
        try {
            JdbcStatements.execute(connection, "SET idle_session_timeout = '" + SILENCE + "'");
            if (!JdbcStatements.isTrue(connection, LOCK)) {
                throw notActive(connection);
            }
            backend = (int) JdbcStatements.number(connection, "SELECT pg_backend_pid()");
            pingedAt = System.nanoTime();
            return true;
        } catch (SQLException e) {
            release();
            throw e;
        }
    }

    private static SQLException notActive(Connection connection) throws SQLException {
        return JdbcStatements.first(connection, STRANGER, row -> row.getString(1))
                .map(role -> new SQLException(
                        "The role %s of the database, which cannot archive, has the lock of the archive"
                                .formatted(role)))
                .orElseGet(NotActive::new);
    }

    /** Shows the database every five seconds that this process lives. */
    public void ping() throws SQLException {
        if (connection != null && System.nanoTime() - pingedAt >= PING_EVERY.toNanos()) {
            JdbcStatements.query(connection, "SELECT", row -> true);
            pingedAt = System.nanoTime();
        }
    }

    /** @throws SQLException if this process does not have the lock any more */
    public void check(Connection writing) throws SQLException {
        if (JdbcStatements.query(writing, CHECK, row -> true, backend).isEmpty()) {
            throw new SQLException("This process does not have the lock of the archive any more");
        }
    }

    /** Gives the lock up. A connection that does not answer is not given back to the pool. */
    public void release() {
        if (connection == null) {
            return;
        }
        backend = 0;
        try (var released = connection) {
            connection = null;
            unlock(released);
        } catch (SQLException e) {
            LOG.debugf("The lock ended with its connection: %s", e.getMessage());
        }
    }

    private static void unlock(Connection released) throws SQLException {
        try {
            JdbcStatements.query(released, "SELECT pg_advisory_unlock_all()", row -> true);
            JdbcStatements.execute(released, "RESET idle_session_timeout");
        } catch (SQLException e) {
            released.abort(Runnable::run);
            throw e;
        }
    }

    private boolean isHeld() {
        try {
            check(connection);
            pingedAt = System.nanoTime();
            return true;
        } catch (SQLException e) {
            LOG.infof("The lock of the archive is taken again: %s", e.getMessage());
            return false;
        }
    }
}

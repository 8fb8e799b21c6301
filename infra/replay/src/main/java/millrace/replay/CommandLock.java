package millrace.replay;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Supplier;
import millrace.generation.PlatformDatabase;
import millrace.generation.RebuildException;

/**
 * Lock between commands of all machines: an advisory lock of the platform's database. The database releases it when the
 * connection ends, however the command ends, and 25 s after the machine of the command has vanished.
 */
record CommandLock(Connection connection) {
    private static final int ANSWERS_WITHIN_S = 5;

    private static final String NOTICE_A_VANISHED_MACHINE =
            "SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3";

    /** Acquires the lock; empty if another command holds it. */
    static Optional<CommandLock> tryAcquire(PlatformConnection platform, String name) {
        var database = platform.settings().database().orElseThrow();
        var client = new Properties();
        client.setProperty("user", database.user());
        client.setProperty("password", database.password());
        client.setProperty("tcpKeepAlive", "true");
        try {
            var connection = DriverManager.getConnection(database.jdbcUrl(), client);
            PlatformDatabase.update(connection, NOTICE_A_VANISHED_MACHINE);
            if (isAcquired(connection, name)) {
                return Optional.of(new CommandLock(connection));
            }
            connection.close();
            return Optional.empty();
        } catch (SQLException e) {
            throw new RebuildException(
                    "The lock %s cannot be taken in the database %s: %s"
                            .formatted(name, database, e.getMessage().strip()),
                    e);
        }
    }

    /** Runs the work and releases the lock. */
    void holdWhile(Runnable work) {
        holdWhile(() -> {
            work.run();
            return true;
        });
    }

    /** Runs the work, releases the lock, and returns the result of the work. */
    <T> T holdWhile(Supplier<T> work) {
        try (connection;
                var release = connection.createStatement()) {
            var result = work.get();
            if (connection.isValid(ANSWERS_WITHIN_S)) {
                // The end of the connection alone releases the lock a moment later.
                release.execute("SELECT pg_advisory_unlock_all()");
            }
            return result;
        } catch (SQLException e) {
            throw new RebuildException(
                    "The lock cannot be released: " + e.getMessage().strip(), e);
        }
    }

    private static boolean isAcquired(Connection connection, String name) throws SQLException {
        try (var query =
                connection.prepareStatement("SELECT pg_try_advisory_lock(hashtext('millrace.replay'), hashtext(?))")) {
            query.setString(1, name);
            var rows = query.executeQuery();
            rows.next();
            return rows.getBoolean(1);
        }
    }
}

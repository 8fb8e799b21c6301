package millrace.audit.question;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/**
 * The archive as it is at one moment: all statements see the same records. A reader that takes nothing for a minute is
 * cut off by the database, so that it holds its connection no longer.
 */
final class Snapshot implements AutoCloseable {
    private static final String IDLE = "SET LOCAL idle_in_transaction_session_timeout = '60s'";

    private final Connection connection;

    private Snapshot(Connection connection) {
        this.connection = connection;
    }

    static Snapshot of(DataSource database) throws SQLException {
        var connection = database.getConnection();
        try {
            connection.setAutoCommit(false);
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            try (var statement = connection.createStatement()) {
                statement.execute(IDLE);
            }
            return new Snapshot(connection);
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    Connection connection() {
        return connection;
    }

    @Override
    public void close() throws SQLException {
        try (connection) {
            connection.rollback();
        }
    }
}

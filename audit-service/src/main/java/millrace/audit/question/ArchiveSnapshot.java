package millrace.audit.question;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/**
 * A repeatable-read transaction, in which all statements see the same records. The database ends it after 60 s without a
 * statement, so that a client which stops reading does not hold the connection.
 */
final class ArchiveSnapshot implements AutoCloseable {
    private static final String IDLE = "SET LOCAL idle_in_transaction_session_timeout = '60s'";

    private final Connection connection;

    private ArchiveSnapshot(Connection connection) {
        this.connection = connection;
    }

    static ArchiveSnapshot of(DataSource database) throws SQLException {
        var connection = database.getConnection();
        try {
            connection.setAutoCommit(false);
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            try (var statement = connection.createStatement()) {
                statement.execute(IDLE);
            }
            return new ArchiveSnapshot(connection);
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

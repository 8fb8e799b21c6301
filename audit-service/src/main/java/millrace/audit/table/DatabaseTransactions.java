package millrace.audit.table;

import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/**
 * Runs work in a database transaction. After a failed commit it is unknown whether it took effect: the caller has to ask the
 * database.
 */
@ApplicationScoped
public class DatabaseTransactions {
    private final DataSource database;

    public DatabaseTransactions(DataSource database) {
        this.database = database;
    }

    /** Work with a result. */
    public interface Query<T> {
        T on(Connection connection) throws SQLException;
    }

    /** Work without a result. */
    public interface Work {
        void on(Connection connection) throws SQLException;
    }

    public void run(Work work) throws SQLException {
        get(connection -> {
            work.on(connection);
            return null;
        });
    }

    public <T> T get(Query<T> query) throws SQLException {
        try (var connection = database.getConnection()) {
            connection.setAutoCommit(false);
            try {
                var result = query.on(connection);
                connection.commit();
                return result;
            } catch (SQLException | RuntimeException e) {
                rollBack(connection, e);
                throw e;
            }
        }
    }

    private static void rollBack(Connection connection, Exception why) {
        try {
            connection.rollback();
        } catch (SQLException connectionIsGone) {
            why.addSuppressed(connectionIsGone);
        }
    }
}

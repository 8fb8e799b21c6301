package millrace.audit.table;

import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/**
 * Runs work in a database transaction: all of it or, where it fails, none. Whether a commit that failed took effect
 * cannot be known; whoever gets an exception asks the database.
 */
@ApplicationScoped
public class Transactions {
    private final DataSource database;

    public Transactions(DataSource database) {
        this.database = database;
    }

    /** What happens in a transaction, and what comes of it. */
    public interface Query<T> {
        T on(Connection connection) throws SQLException;
    }

    /** What happens in a transaction. */
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

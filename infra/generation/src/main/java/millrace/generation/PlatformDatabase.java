package millrace.generation;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import millrace.paas.Database;

/** Database of a platform, for the verbs of a rebuild; each call is one transaction. */
public record PlatformDatabase(Database database) {
    /** Statements of one transaction. */
    public interface Work<T> {
        T in(Connection connection) throws SQLException;
    }

    /** @throws RebuildException if the database cannot be reached or refuses a statement */
    public <T> T transaction(Work<T> work) {
        try (var connection = DriverManager.getConnection(database.jdbcUrl(), database.user(), database.password())) {
            connection.setAutoCommit(false);
            var result = work.in(connection);
            connection.commit();
            return result;
        } catch (SQLException e) {
            throw new RebuildException(
                    "The database %s refuses: %s"
                            .formatted(database, e.getMessage().strip()),
                    e);
        }
    }

    /** Runs statements in one transaction, in order. */
    public void run(String... statements) {
        transaction(connection -> {
            for (var statement : statements) {
                update(connection, statement);
            }
            return null;
        });
    }

    /** Returns the first column of the first row; 0 if the query has no rows. */
    public long queryLong(String query) {
        return transaction(connection -> queryLong(connection, query));
    }

    public static long queryLong(Connection connection, String query) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(query)) {
            return rows.next() ? rows.getLong(1) : 0;
        }
    }

    /** @return number of changed rows */
    public static int update(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            return statement.executeUpdate(sql);
        }
    }
}

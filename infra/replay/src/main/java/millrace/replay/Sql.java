package millrace.replay;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import millrace.paas.Database;

/** Work in the database of a site: each piece in one transaction, which is all or nothing. */
record Sql(Database database) {
    /** One piece of work. */
    interface Work<T> {
        T in(Connection connection) throws SQLException;
    }

    static Sql of(Site site) {
        return new Sql(site.settings().database().orElseThrow());
    }

    /** @throws CannotReplay where the database does not answer or refuses */
    <T> T transaction(Work<T> work) {
        try (var connection = DriverManager.getConnection(database.jdbcUrl(), database.user(), database.password())) {
            connection.setAutoCommit(false);
            var result = work.in(connection);
            connection.commit();
            return result;
        } catch (SQLException e) {
            throw new CannotReplay(
                    "The database %s refuses: %s"
                            .formatted(database, e.getMessage().strip()),
                    e);
        }
    }

    /** Some statements, one after the other. */
    void run(String... statements) {
        transaction(connection -> {
            for (var statement : statements) {
                update(connection, statement);
            }
            return null;
        });
    }

    /** The one number that a query answers; 0 where it answers nothing. */
    long number(String query) {
        return transaction(connection -> number(connection, query));
    }

    static long number(Connection connection, String query) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(query)) {
            return rows.next() ? rows.getLong(1) : 0;
        }
    }

    /** @return how many rows */
    static int update(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            return statement.executeUpdate(sql);
        }
    }
}

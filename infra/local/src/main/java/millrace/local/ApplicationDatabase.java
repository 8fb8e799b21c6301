package millrace.local;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLEncoder;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;

/**
 * A database and the role that owns it, as the PaaS provides them, and two more roles, as a larger plan provides them:
 * one without rights of its own for the audit archive, and one for a program of the user, which may create schemas and
 * read no other.
 *
 * @param address host and port of the server
 * @param name of the database and of its owner; names of the other roles begin with it
 * @param sslMode by libpq's names
 */
record ApplicationDatabase(
        String address, String name, String sslMode, String password, String auditPassword, String consumerPassword) {

    /** Creates a password with characters that a URL must encode, so that tests show that it is encoded. */
    static String newPassword() {
        return "@/%:" + Secrets.random();
    }

    /** Creates what is missing of the database and its roles. */
    void create(Connection administrator) throws SQLException {
        try (var statement = administrator.createStatement()) {
            if (!isThere(statement, "pg_database WHERE datname", name)) {
                statement.execute("DROP ROLE IF EXISTS " + name);
                createRole(statement, name, password);
                // Whoever creates a database for a role must be a member of it, but for a superuser.
                statement.execute("GRANT " + name + " TO CURRENT_USER");
                statement.execute("CREATE DATABASE " + name + " OWNER " + name);
            }
            createRole(statement, audit(), auditPassword);
            createRole(statement, consumer(), consumerPassword);
            statement.execute("GRANT CREATE ON DATABASE " + name + " TO " + consumer());
        }
    }

    /** Drops the database, with the connections to it, and its roles. */
    void drop(Connection administrator) throws SQLException {
        try (var statement = administrator.createStatement()) {
            statement.execute("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)");
            for (var role : new String[] {consumer(), audit(), name}) {
                statement.execute("DROP ROLE IF EXISTS " + role);
            }
        }
    }

    /** Config vars of the owner, of the audit service and of a program of the user. */
    Map<String, String> vars() {
        return Map.of(
                "DATABASE_URL", url(name, password),
                "AUDIT_DATABASE_URL", url(audit(), auditPassword),
                "CONSUMER_DATABASE_URL", url(consumer(), consumerPassword));
    }

    /** JDBC URL of the owner. */
    String jdbcUrl() {
        return "jdbc:postgresql://%s/%s?user=%s&password=%s&sslmode=%s"
                .formatted(address, name, name, URLEncoder.encode(password, UTF_8), sslMode);
    }

    private String audit() {
        return name + "_audit";
    }

    private String consumer() {
        return name + "_consumer";
    }

    private String url(String role, String secret) {
        return "postgres://%s:%s@%s/%s?sslmode=%s"
                .formatted(role, URLEncoder.encode(secret, UTF_8), address, name, sslMode);
    }

    private static void createRole(Statement statement, String role, String secret) throws SQLException {
        if (!isThere(statement, "pg_roles WHERE rolname", role)) {
            statement.execute("CREATE ROLE " + role + " LOGIN PASSWORD '" + secret + "'");
        }
    }

    private static boolean isThere(Statement statement, String table, String name) throws SQLException {
        return statement
                .executeQuery("SELECT FROM " + table + " = '" + name + "'")
                .next();
    }
}

package millrace.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.function.Function.identity;
import static java.util.stream.Collectors.toMap;

import java.net.URLEncoder;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * A database and the role that owns it, as the PaaS provides them, and more roles, as a larger plan provides them: one for
 * a program of the user may create schemas and read no other; every other one has no rights of its own.
 *
 * @param address host and port of the server
 * @param name of the database and of its owner; names of the other roles begin with it
 * @param sslMode by libpq's names
 * @param others passwords of the roles besides the owner, by {@link #OTHERS}
 */
record ApplicationDatabase(String address, String name, String sslMode, String password, Map<String, String> others) {
    private static final String CONSUMER = "consumer";

    /** Roles besides the owner: a name is the owner's and this. */
    static final List<String> OTHERS = List.of(
            // fork: audit
            "audit",
            // fork: end
            CONSUMER);

    /** @param passwords of the roles besides the owner */
    ApplicationDatabase(String address, String name, String sslMode, String password, UnaryOperator<String> passwords) {
        this(address, name, sslMode, password, OTHERS.stream().collect(toMap(identity(), passwords)));
    }

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
            for (var other : OTHERS) {
                createRole(statement, role(other), others.get(other));
            }
            statement.execute("GRANT CREATE ON DATABASE " + name + " TO " + role(CONSUMER));
        }
    }

    /** Drops the database, with the connections to it, and its roles. */
    void drop(Connection administrator) throws SQLException {
        try (var statement = administrator.createStatement()) {
            statement.execute("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)");
            for (var other : OTHERS) {
                statement.execute("DROP ROLE IF EXISTS " + role(other));
            }
            statement.execute("DROP ROLE IF EXISTS " + name);
        }
    }

    /** Config vars of the roles: {@code DATABASE_URL} of the owner, {@code CONSUMER_DATABASE_URL} and so on. */
    Map<String, String> vars() {
        var vars = new LinkedHashMap<String, String>();
        vars.put("DATABASE_URL", url(name, password));
        OTHERS.forEach(other ->
                vars.put(other.toUpperCase(Locale.ROOT) + "_DATABASE_URL", url(role(other), others.get(other))));
        return vars;
    }

    /** JDBC URL of the owner. */
    String jdbcUrl() {
        return "jdbc:postgresql://%s/%s?user=%s&password=%s&sslmode=%s"
                .formatted(address, name, name, URLEncoder.encode(password, UTF_8), sslMode);
    }

    private String role(String other) {
        return name + "_" + other;
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

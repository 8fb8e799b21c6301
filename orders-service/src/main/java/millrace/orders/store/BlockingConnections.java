package millrace.orders.store;

import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Properties;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.postgresql.Driver;

/**
 * Opens connections to the database that block, for threads of their own: with the address, the schema and the time limit
 * of idle transactions of the reactive pool. A server that does not answer fails a connection within 5 s and a statement
 * within 30 s.
 */
@ApplicationScoped
public class BlockingConnections {
    private static final String DATASOURCE = "quarkus.datasource.";
    private static final String REACTIVE = DATASOURCE + "reactive.";

    private final String url;
    private final String schema;
    private final Properties properties = new Properties();

    BlockingConnections(
            @ConfigProperty(name = REACTIVE + "url") String url,
            @ConfigProperty(name = REACTIVE + "postgresql.ssl-mode") String sslMode,
            @ConfigProperty(name = REACTIVE + "trust-certificate-pem.certs") Optional<String> rootCertificate,
            @ConfigProperty(name = DATASOURCE + "username") String user,
            @ConfigProperty(name = DATASOURCE + "password") Optional<String> password,
            @ConfigProperty(name = REACTIVE + "additional-properties.idle_in_transaction_session_timeout")
                    String idleInTransaction,
            @ConfigProperty(name = "orders.schema") String schema) {
        this.url = "jdbc:" + url;
        this.schema = schema;
        properties.setProperty("user", user);
        properties.setProperty("password", password.orElse(""));
        properties.setProperty("sslmode", sslMode);
        rootCertificate.ifPresent(file -> properties.setProperty("sslrootcert", file));
        properties.setProperty("connectTimeout", "5");
        properties.setProperty("socketTimeout", "30");
        properties.setProperty(
                "options",
                "-c search_path=%s -c idle_in_transaction_session_timeout=%s".formatted(schema, idleInTransaction));
    }

    /** Opens a connection; the caller closes it. */
    public Connection open() throws SQLException {
        return new Driver().connect(url, properties);
    }

    /** Opens a connection that receives a notification of each commit with new rows of the outbox. */
    public Connection openAndListen() throws SQLException {
        var connection = open();
        try (var statement = connection.createStatement()) {
            statement.execute("LISTEN " + schema + "_outbox");
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
        return connection;
    }
}

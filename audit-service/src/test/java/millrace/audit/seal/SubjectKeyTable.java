package millrace.audit.seal;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.Map;
import java.util.Set;
import millrace.local.Platform;
import org.flywaydb.core.Flyway;

/** The real database with the tables that a release makes. */
public final class SubjectKeyTable implements AutoCloseable {
    private final Path home;
    private final Platform platform;

    public SubjectKeyTable() throws IOException {
        home = Files.createTempDirectory("millrace-keys");
        platform = Platform.start(home);
        Flyway.configure()
                .dataSource(platform.jdbcUrl(), null, null)
                .defaultSchema("audit")
                .placeholders(Map.of("auditRole", auditRole(), "auditRetention", ""))
                .locations("classpath:db/audit")
                .load()
                .migrate();
    }

    /** With a transaction that the caller commits. */
    Connection connect() throws SQLException {
        var connection = DriverManager.getConnection(platform.jdbcUrl());
        connection.setAutoCommit(false);
        return connection;
    }

    /** What a process on this platform is told. */
    public Map<String, String> configVars() {
        return platform.configVars();
    }

    /** Makes these subjects' keys, or reads them. */
    public Map<String, SubjectKey> obtain(MasterKey master, Set<String> subjects) throws SQLException {
        try (var connection = connect()) {
            var obtained = new SubjectKeys(master).obtain(connection, subjects);
            connection.commit();
            return obtained;
        }
    }

    private String auditRole() {
        return URI.create(platform.configVars().get("AUDIT_DATABASE_URL"))
                .getUserInfo()
                .split(":")[0];
    }

    public String sql(String query) throws SQLException {
        try (var connection = connect();
                var row = connection.createStatement().executeQuery(query)) {
            return row.next() ? row.getString(1) : null;
        }
    }

    void empty() throws SQLException {
        try (var connection = connect()) {
            connection.createStatement().execute("TRUNCATE audit_keys.subjects, audit_keys.names");
            connection.commit();
        }
    }

    @Override
    public void close() throws IOException {
        platform.close();
        try (var files = Files.walk(home)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        }
    }
}

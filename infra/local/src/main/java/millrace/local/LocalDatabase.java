package millrace.local;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.postgresql.Driver;

/**
 * A PostgreSQL server with one database and one role that owns it, as the PaaS provides it, and more roles, as a larger
 * plan provides them: a program of the user has one, which may create schemas and read no other.
 */
final class LocalDatabase implements ManagedServer {
    private static final String HOST = "127.0.0.1";
    private static final String NAME = "millrace";
    // fork: audit
    private static final String AUDIT = "millrace_audit";
    // fork: end
    private static final String CONSUMER = "millrace_consumer";
    /** Lock file of a running server in its storage. */
    private static final String LOCK = "postmaster.pid";

    /** Process id above every limit of an operating system. */
    private static final String NO_PROCESS = "2000000000";

    /** Fast shutdown: without it, PostgreSQL waits for its clients to disconnect. */
    private static final String STOP_SIGNAL = "INT";

    private static final Duration STOPPED_WITHIN = Duration.ofSeconds(20);
    private static final List<String> SETTINGS = List.of(
            "listen_addresses=" + HOST,
            "unix_socket_directories=",
            "shared_buffers=32MB",
            "max_connections=40",
            "max_wal_size=256MB",
            "max_worker_processes=2",
            "max_logical_replication_workers=0",
            "timezone=UTC",
            "log_timezone=UTC");

    private final DataDirectory directory;
    private final Path data;
    private final int port;
    private final String password;
    // fork: audit
    private final String auditPassword;
    // fork: end
    private final String consumerPassword;
    private ManagedProcess process;

    LocalDatabase(DataDirectory directory) {
        this.directory = directory;
        this.data = directory.folder("data").resolve(name());
        this.port = directory.port("database.port");
        this.password = password("database.password");
        // fork: audit
        this.auditPassword = password("database.audit.password");
        // fork: end
        this.consumerPassword = password("database.consumer.password");
    }

    @Override
    public String name() {
        return "database";
    }

    @Override
    public String address() {
        return HOST + ":" + port;
    }

    @Override
    public void start() {
        log().rotate();
        var programs = PostgresBinaries.of(directory);
        if (!Files.exists(data.resolve("PG_VERSION"))) {
            initialize(programs);
        }
        endFormerServer();
        programs.run(log(), "pg_ctl", "start", "-w", "-s", "-D", data, "-l", log().path(), "-o", options());
        process = ManagedProcess.attach(directory, name(), pid(), STOP_SIGNAL);
        createRoles();
    }

    @Override
    public ManagedProcess process() {
        return process;
    }

    @Override
    public boolean isReady() {
        return Ports.isListening(port);
    }

    /** Stops the server in fast mode: open transactions are rolled back, connections are closed. */
    @Override
    public void stop() {
        if (process != null) {
            process.stop(STOP_SIGNAL, STOPPED_WITHIN);
        }
    }

    /** URL of the owner in the form of the PaaS. */
    String url() {
        return url(NAME, password);
    }

    // fork: audit
    /** URL of the role that the release grants the rights of the audit service. */
    String auditUrl() {
        return url(AUDIT, auditPassword);
    }
    // fork: end

    /** URL of the role for a program of the user. */
    String consumerUrl() {
        return url(CONSUMER, consumerPassword);
    }

    /** JDBC URL of the owner. */
    String jdbcUrl() {
        return "jdbc:postgresql://%s/%s?user=%s&password=%s&sslmode=disable"
                .formatted(address(), NAME, NAME, URLEncoder.encode(password, UTF_8));
    }

    private String url(String role, String secret) {
        return "postgres://%s:%s@%s/%s?sslmode=disable"
                .formatted(role, URLEncoder.encode(secret, UTF_8), address(), NAME);
    }

    /** Initializes the storage. It is created beside its place and then renamed, so that a failure leaves none. */
    private void initialize(PostgresBinaries programs) {
        var unfinished = directory.delete("data/database.unfinished");
        var secret = directory.write("data/superuser", password("database.superuser.password"));
        programs.run(
                log(),
                "initdb",
                "--no-sync",
                "--encoding=UTF8",
                "--locale=C",
                "--auth=scram-sha-256",
                "--username=postgres",
                "--pwfile=" + secret,
                "--pgdata=" + unfinished);
        if (!unfinished.toFile().renameTo(data.toFile())) {
            throw new StartException("The database's storage cannot be moved to " + data);
        }
    }

    /** Creates the database and its roles if they are missing. */
    private void createRoles() {
        try (var connection = superuser();
                var statement = connection.createStatement()) {
            var found = statement.executeQuery("SELECT FROM pg_database WHERE datname = '" + NAME + "'");
            if (!found.next()) {
                statement.execute("DROP ROLE IF EXISTS " + NAME);
                statement.execute("CREATE ROLE " + NAME + " LOGIN PASSWORD '" + password + "'");
                statement.execute("CREATE DATABASE " + NAME + " OWNER " + NAME);
            }
            // fork: audit
            createRole(statement, AUDIT, auditPassword);
            // fork: end
            createRole(statement, CONSUMER, consumerPassword);
            statement.execute("GRANT CREATE ON DATABASE " + NAME + " TO " + CONSUMER);
        } catch (SQLException e) {
            throw new StartException("The database in " + data + " cannot be prepared: " + e.getMessage(), e);
        }
    }

    private static void createRole(Statement statement, String name, String password) throws SQLException {
        if (!statement
                .executeQuery("SELECT FROM pg_roles WHERE rolname = '" + name + "'")
                .next()) {
            statement.execute("CREATE ROLE " + name + " LOGIN PASSWORD '" + password + "'");
        }
    }

    /**
     * Connects through the driver itself: {@code DriverManager} does not see it in the class loader of a test
     * framework.
     */
    private Connection superuser() throws SQLException {
        var login = new Properties();
        login.setProperty("user", "postgres");
        login.setProperty("password", password("database.superuser.password"));
        return new Driver().connect("jdbc:postgresql://" + address() + "/postgres", login);
    }

    /** A password with characters that a URL must encode, so that the encoding is tested before the PaaS needs it. */
    private String password(String name) {
        return directory.getOrCreate(name, () -> "@/%:" + Secrets.random());
    }

    private String options() {
        var options = new StringBuilder("-p " + port);
        SETTINGS.forEach(setting -> options.append(" -c ").append(setting));
        return options.toString();
    }

    private LogFile log() {
        return LogFile.of(directory, name());
    }

    /**
     * Ends a server that a killed start has left in the storage. If it has ended already, its process id may belong to
     * another process by now, and PostgreSQL would refuse to start: an id that no process has takes its place in the lock
     * file. The file itself stays, because PostgreSQL finds in it whether children of that server still run.
     */
    private void endFormerServer() {
        var lock = data.resolve(LOCK);
        if (!Files.exists(lock)) {
            return;
        }
        try {
            var lines = Files.readAllLines(lock);
            var former = formerServer(lines);
            if (former.isPresent()) {
                OrphanProcesses.end(former.get(), STOP_SIGNAL);
            } else if (!lines.isEmpty()) {
                lines.set(0, NO_PROCESS);
                Files.write(lock, lines);
            }
        } catch (IOException e) {
            throw new StartException("The lock file " + lock + " of an ended database cannot be replaced", e);
        }
    }

    /** Returns the server that wrote the lock file, which has its process id in line 1 and its start in line 3. */
    private static Optional<ProcessHandle> formerServer(List<String> lines) {
        try {
            return lines.size() < 3
                    ? Optional.empty()
                    : OrphanProcesses.alive(
                            Long.parseLong(lines.get(0).strip()),
                            Instant.ofEpochSecond(Long.parseLong(lines.get(2).strip())));
        } catch (NumberFormatException damaged) {
            return Optional.empty();
        }
    }

    private long pid() {
        try (var lines = Files.lines(data.resolve(LOCK))) {
            return Long.parseLong(lines.findFirst().orElseThrow().strip());
        } catch (IOException e) {
            throw new StartException("The database of " + data + " did not write down its process", e);
        }
    }
}

package millrace.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import millrace.paas.Ports;
import org.postgresql.Driver;

/** A PostgreSQL server as a process of this machine, with the database of the application. */
final class LocalDatabase implements ManagedServer {
    private static final String HOST = "127.0.0.1";
    private static final String NAME = "millrace";
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
    private final ApplicationDatabase application;
    private ManagedProcess process;

    LocalDatabase(DataDirectory directory) {
        this.directory = directory;
        this.data = directory.folder("data").resolve(name());
        this.port = directory.port("database.port");
        this.application = new ApplicationDatabase(
                address(),
                NAME,
                "disable",
                password("database.password"),
                role -> password("database." + role + ".password"));
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
        createApplicationDatabase();
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

    /** Config vars of the database. */
    Map<String, String> vars() {
        return application.vars();
    }

    /** JDBC URL of the owner. */
    String jdbcUrl() {
        return application.jdbcUrl();
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

    private void createApplicationDatabase() {
        try (var connection = superuser()) {
            application.create(connection);
        } catch (SQLException e) {
            throw new StartException("The database in " + data + " cannot be prepared: " + e.getMessage(), e);
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

    private String password(String name) {
        return directory.getOrCreate(name, ApplicationDatabase::newPassword);
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

package millrace.local;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** PostgreSQL itself, with one database and one role that owns it, as the PaaS hands it out. */
final class Database implements Server {
    private static final String NAME = "millrace";
    private static final Duration STOPPED_WITHIN = Duration.ofSeconds(20);
    private static final int TOOL_ENDS_WITHIN_SECONDS = 60;
    private static final List<String> SETTINGS = List.of(
            "listen_addresses=127.0.0.1",
            "unix_socket_directories=",
            "shared_buffers=32MB",
            "max_connections=40",
            "max_wal_size=256MB",
            "max_worker_processes=2",
            "max_logical_replication_workers=0",
            "timezone=UTC",
            "log_timezone=UTC");

    private final Home home;
    private final Path data;
    private final int port;
    private final String password;
    private Child process;

    Database(Home home) {
        this.home = home;
        this.data = home.folder("data").resolve(name());
        this.port = home.port("database.port");
        this.password = password("database.password");
    }

    @Override
    public String name() {
        return "database";
    }

    @Override
    public void start() {
        log().turn();
        var programs = PostgresBinaries.of(home).resolve("bin");
        if (!Files.exists(data.resolve("PG_VERSION"))) {
            initialize(programs);
        }
        tool(programs.resolve("pg_ctl"), "start", "-w", "-s", "-D", data, "-l", log().path(), "-o", options());
        process = Child.adopt(home, name(), pid());
        provide();
    }

    @Override
    public Child process() {
        return process;
    }

    @Override
    public boolean isReady() {
        return !Ports.isFree(port);
    }

    /** Rolls back the transactions under way and cuts the connections. */
    @Override
    public void stop() {
        if (process != null) {
            process.stop("INT", STOPPED_WITHIN);
        }
    }

    /** As the PaaS writes it. */
    String url() {
        return "postgres://%s:%s@127.0.0.1:%d/%s?sslmode=disable"
                .formatted(NAME, URLEncoder.encode(password, UTF_8), port, NAME);
    }

    /** The same for JDBC. */
    String jdbcUrl() {
        return "jdbc:postgresql://127.0.0.1:%d/%s?user=%s&password=%s&sslmode=disable"
                .formatted(port, NAME, NAME, URLEncoder.encode(password, UTF_8));
    }

    private void initialize(Path programs) {
        var secret = home.write("data/superuser", password("database.superuser.password"));
        tool(
                programs.resolve("initdb"),
                "--no-sync",
                "--encoding=UTF8",
                "--locale=C",
                "--auth=scram-sha-256",
                "--username=postgres",
                "--pwfile=" + secret,
                "--pgdata=" + data);
    }

    /** The role and its database, where they are not there yet. */
    private void provide() {
        var url = "jdbc:postgresql://127.0.0.1:" + port + "/postgres";
        try (var connection = DriverManager.getConnection(url, "postgres", password("database.superuser.password"));
                var statement = connection.createStatement()) {
            var found = statement.executeQuery("SELECT FROM pg_database WHERE datname = '" + NAME + "'");
            if (!found.next()) {
                statement.execute("DROP ROLE IF EXISTS " + NAME);
                statement.execute("CREATE ROLE " + NAME + " LOGIN PASSWORD '" + password + "'");
                statement.execute("CREATE DATABASE " + NAME + " OWNER " + NAME);
            }
        } catch (SQLException e) {
            throw new CannotStart("The database in " + data + " cannot be prepared: " + e.getMessage(), e);
        }
    }

    /** With characters that a URL must encode, so that they are tried here and not first on the PaaS. */
    private String password(String name) {
        return home.remember(name, () -> "@/%:" + Secrets.random());
    }

    private String options() {
        var options = new StringBuilder("-p " + port);
        SETTINGS.forEach(setting -> options.append(" -c ").append(setting));
        return options.toString();
    }

    private LogFile log() {
        return LogFile.of(home, name());
    }

    private long pid() {
        try (var lines = Files.lines(data.resolve("postmaster.pid"))) {
            return Long.parseLong(lines.findFirst().orElseThrow().strip());
        } catch (IOException e) {
            throw new UncheckedIOException("The database of " + data + " did not write down its process", e);
        }
    }

    /** Runs one of PostgreSQL's programs, which refuse to be root: then in a user namespace without its rights. */
    private void tool(Path program, Object... arguments) {
        var command = new ArrayList<String>();
        if (System.getProperty("user.name").equals("root")) {
            command.addAll(List.of("unshare", "-U"));
        }
        command.add(program.toString());
        List.of(arguments).forEach(argument -> command.add(argument.toString()));
        try {
            var builder = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(
                            ProcessBuilder.Redirect.appendTo(log().path().toFile()));
            builder.environment().putAll(Map.of("LC_ALL", "C", "TZ", "UTC"));
            var tool = builder.start();
            if (!tool.waitFor(TOOL_ENDS_WITHIN_SECONDS, TimeUnit.SECONDS)) {
                tool.destroyForcibly();
            } else if (tool.exitValue() == 0) {
                return;
            }
        } catch (IOException e) {
            throw new CannotStart("The database needs " + command.getFirst() + ", which cannot be run here.", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new CannotStart(
                "The database does not start, " + program.getFileName() + " failed:\n" + log().lastLines(20));
    }
}

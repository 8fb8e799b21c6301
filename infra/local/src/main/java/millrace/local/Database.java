package millrace.local;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.postgresql.Driver;

/** PostgreSQL itself, with one database and one role that owns it, as the PaaS hands it out. */
final class Database {
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

    private final Child process;
    private final int port;
    private final String password;

    private Database(Child process, int port, String password) {
        this.process = process;
        this.port = port;
        this.password = password;
    }

    /** Starts it in the home, with the data of the last time. */
    static Database start(Home home) {
        var programs = PostgresBinaries.of(home).resolve("bin");
        var data = home.resolve("database");
        if (!Files.exists(data.resolve("PG_VERSION"))) {
            initialize(home, programs, data);
        }
        var port = home.port("database.port");
        tool(home, programs.resolve("pg_ctl"), "start", "-w", "-s", "-D", data, "-l", log(home), "-o", options(port));
        var process = Child.adopt(home, "database", pid(data));
        var database = new Database(process, port, password(home, "database.password"));
        try {
            database.provide(password(home, "database.superuser.password"));
            return database;
        } catch (SQLException e) {
            database.stop();
            throw new CannotStart("The database of " + data + " cannot be prepared: " + e.getMessage(), e);
        }
    }

    Child process() {
        return process;
    }

    /** Stops it after the transactions under way were rolled back; connections are cut. */
    void stop() {
        process.stop("INT", STOPPED_WITHIN);
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

    private static void initialize(Home home, Path programs, Path data) {
        var superuser = home.write("database.superuser", password(home, "database.superuser.password"));
        tool(
                home,
                programs.resolve("initdb"),
                "--no-sync",
                "--encoding=UTF8",
                "--locale=C",
                "--auth=scram-sha-256",
                "--username=postgres",
                "--pwfile=" + superuser,
                "--pgdata=" + data);
        superuser.toFile().delete();
    }

    /** The role and its database, where they are not there yet. */
    private void provide(String superuserPassword) throws SQLException {
        var url = "jdbc:postgresql://127.0.0.1:" + port + "/postgres";
        try (var connection = superuser(url, superuserPassword);
                var statement = connection.createStatement()) {
            if (!statement
                    .executeQuery("SELECT FROM pg_database WHERE datname = '" + NAME + "'")
                    .next()) {
                statement.execute("DROP ROLE IF EXISTS " + NAME);
                statement.execute("CREATE ROLE " + NAME + " LOGIN PASSWORD '" + password + "'");
                statement.execute("CREATE DATABASE " + NAME + " OWNER " + NAME);
            }
        }
    }

    /** With characters that a URL must encode, so that they are tried here and not first on the PaaS. */
    private static String password(Home home, String name) {
        return home.remember(name, () -> "@/%:" + Secrets.random());
    }

    private static String options(int port) {
        var options = new StringBuilder("-p " + port);
        SETTINGS.forEach(setting -> options.append(" -c ").append(setting));
        return options.toString();
    }

    private static Path log(Home home) {
        return Child.log(home, "database");
    }

    private static long pid(Path data) {
        try (var lines = Files.lines(data.resolve("postmaster.pid"))) {
            return Long.parseLong(lines.findFirst().orElseThrow().strip());
        } catch (IOException e) {
            throw new UncheckedIOException("The database of " + data + " did not write down its process", e);
        }
    }

    /** Runs one of PostgreSQL's programs, which refuse to be root: then in a user namespace without its rights. */
    private static void tool(Home home, Path program, Object... arguments) {
        var command = new ArrayList<String>();
        if (System.getProperty("user.name").equals("root")) {
            command.addAll(List.of("unshare", "-U"));
        }
        command.add(program.toString());
        List.of(arguments).forEach(argument -> command.add(argument.toString()));
        try {
            var builder = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log(home).toFile()));
            builder.environment().putAll(Map.of("LC_ALL", "C", "TZ", "UTC"));
            var process = builder.start();
            if (process.waitFor(TOOL_ENDS_WITHIN_SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0) {
                return;
            }
            process.destroyForcibly();
        } catch (IOException e) {
            throw new CannotStart("The database needs " + command.getFirst() + ", which cannot be run here.", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new CannotStart("The database does not start, " + program.getFileName() + " failed: see " + log(home));
    }

    /** Through the driver itself: a class loader of a test framework hides it from {@code DriverManager}. */
    private static Connection superuser(String url, String password) throws SQLException {
        var properties = new Properties();
        properties.put("user", "postgres");
        properties.put("password", password);
        return new Driver().connect(url, properties);
    }
}

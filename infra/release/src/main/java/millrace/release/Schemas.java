package millrace.release;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import millrace.paas.Database;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.output.MigrateResult;

/** Schemas of one service in the database: one for each of its generations, all created by the same migrations. */
public final class Schemas {
    /** Attempts to connect: a database that restarts is waited for some seconds. */
    private static final int CONNECTION_RETRIES = 4;

    private static final Duration BETWEEN_RETRIES = Duration.ofSeconds(2);

    private final Database database;
    private final String service;
    private final String location;
    private final Map<String, String> placeholders;

    /**
     * @param service name of its process, of its first schema, and of the folder of its migrations
     * @param project folder of the project
     * @param placeholders of the migrations, see {@link MigrationPlaceholders#of}
     */
    public Schemas(Database database, String service, Path project, Map<String, String> placeholders) {
        this.database = database;
        this.service = service;
        this.location = location(service, project).orElse("classpath:db/" + service);
        this.placeholders = placeholders;
    }

    /** Returns true if there are migrations for the process. */
    static boolean exist(String service, Path project) {
        return location(service, project).isPresent();
    }

    /**
     * Finds the migrations of a process: {@code db/NAME} on the class path, in the jar of a service that the release
     * depends on; else in the resources of a module in the folder of the project, so that a module that is added needs no
     * dependency here.
     */
    private static Optional<String> location(String service, Path project) {
        if (Schemas.class.getResource("/db/" + service) != null) {
            return Optional.of("classpath:db/" + service);
        }
        try (var modules = Files.list(project.toAbsolutePath())) {
            return modules.map(module -> module.resolve("src/main/resources/db").resolve(service))
                    .filter(Files::isDirectory)
                    .findFirst()
                    .map(folder -> "filesystem:" + folder);
        } catch (IOException e) {
            throw new UncheckedIOException("The modules of " + project.toAbsolutePath() + " cannot be listed", e);
        }
    }

    /** Returns the existing schemas, or the first one if there is none. */
    List<String> all() {
        var schemas = new ArrayList<String>();
        for (var attempt = 0; ; attempt++) {
            try (var connection =
                            DriverManager.getConnection(database.jdbcUrl(), database.user(), database.password());
                    var query = connection.prepareStatement(
                            "SELECT nspname FROM pg_namespace WHERE nspname ~ ('^' || ? || '(_g[0-9]+)?$') ORDER BY nspname")) {
                query.setString(1, service);
                var rows = query.executeQuery();
                while (rows.next()) {
                    schemas.add(rows.getString(1));
                }
                return schemas.isEmpty() ? List.of(service) : schemas;
            } catch (SQLException e) {
                if (attempt == CONNECTION_RETRIES) {
                    throw failed(service, e);
                }
                pause();
            }
        }
    }

    /**
     * Creates or migrates a schema.
     *
     * @throws ReleaseException if that fails
     */
    public MigrateResult migrate(String schema) {
        try {
            return Flyway.configure()
                    .dataSource(database.jdbcUrl(), database.user(), database.password())
                    .connectRetries(CONNECTION_RETRIES)
                    .connectRetriesInterval((int) BETWEEN_RETRIES.toSeconds())
                    .defaultSchema(schema)
                    .placeholders(placeholders)
                    .locations(location)
                    .failOnMissingLocations(true)
                    .validateMigrationNaming(true)
                    .load()
                    .migrate();
        } catch (FlywayException e) {
            throw failed(schema, e);
        }
    }

    private ReleaseException failed(String schema, Exception cause) {
        return new ReleaseException(
                "The schema %s of %s cannot be migrated: %s"
                        .formatted(schema, database, cause.getMessage().strip()),
                cause);
    }

    private static void pause() {
        try {
            Thread.sleep(BETWEEN_RETRIES);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ReleaseException("The release was interrupted.", e);
        }
    }
}

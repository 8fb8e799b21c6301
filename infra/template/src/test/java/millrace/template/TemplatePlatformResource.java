package millrace.template;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import millrace.local.Platform;
import org.flywaydb.core.Flyway;
import org.postgresql.Driver;

/** Starts a real broker and a real database, with the tables of the release process. */
public class TemplatePlatformResource implements QuarkusTestResourceLifecycleManager {
    /** Channel of the effects in tests, whatever the settings say: one that the consumer does not read. */
    static final String WRITES = Stream.of("rejected-events", "order-state")
            .filter(channel -> !channel.equals(TemplateConsumer.READS))
            .findFirst()
            .orElseThrow();

    static Platform platform;

    @Override
    public Map<String, String> start() {
        try {
            // Quarkus calls this with a class loader of its own, but Kafka and JDBC need the one of this class.
            Thread.currentThread().setContextClassLoader(getClass().getClassLoader());
            DriverManager.registerDriver(new Driver());
            platform = Platform.start(Files.createTempDirectory("millrace-test"));
        } catch (IOException e) {
            throw new UncheckedIOException("No folder for the platform", e);
        } catch (SQLException e) {
            throw new IllegalStateException("The driver of PostgreSQL does not register.", e);
        }
        migrate(1);
        var vars = new HashMap<>(platform.configVars());
        vars.put("quarkus.http.test-port", "0");
        vars.put("template.writes", WRITES);
        return vars;
    }

    /** Creates the schema of a generation, as a release or a rebuild does. */
    static void migrate(int generation) {
        Flyway.configure(Thread.currentThread().getContextClassLoader())
                .dataSource(platform.jdbcUrl(), null, null)
                .defaultSchema(TemplateRebuild.schema(generation))
                .locations("classpath:db/template")
                .load()
                .migrate();
    }

    @Override
    public void stop() {
        platform.close();
    }
}

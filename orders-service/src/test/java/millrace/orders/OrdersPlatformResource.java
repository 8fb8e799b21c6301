package millrace.orders;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import millrace.local.Platform;
import org.flywaydb.core.Flyway;
import org.postgresql.Driver;

/** Starts a real broker and a real database, with the tables of the release process. */
public class OrdersPlatformResource implements QuarkusTestResourceLifecycleManager {
    public static Platform platform;

    @Override
    public Map<String, String> start() {
        try {
            // Quarkus calls this with a class loader of its own, but Kafka and JDBC need the one of this class.
            Thread.currentThread().setContextClassLoader(OrdersPlatformResource.class.getClassLoader());
            DriverManager.registerDriver(new Driver());
            platform = Platform.start(Files.createTempDirectory("orders-test"));
        } catch (IOException | SQLException e) {
            throw new IllegalStateException("The platform of the tests does not start.", e);
        }
        Flyway.configure(OrdersPlatformResource.class.getClassLoader())
                .dataSource(platform.jdbcUrl(), null, null)
                .defaultSchema("orders")
                .locations("classpath:db/orders")
                .load()
                .migrate();
        var vars = new HashMap<>(platform.configVars());
        vars.put("quarkus.http.test-port", "0");
        vars.put("API_KEYS", OrdersApi.API_KEYS);
        return vars;
    }

    @Override
    public void stop() {
        platform.close();
    }
}

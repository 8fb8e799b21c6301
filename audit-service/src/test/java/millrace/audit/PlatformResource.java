package millrace.audit;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Map;
import millrace.local.Platform;
import org.flywaydb.core.Flyway;

/** The real platform with the schema that a release makes. */
public class PlatformResource implements QuarkusTestResourceLifecycleManager {
    private Platform platform;

    @Override
    public Map<String, String> start() {
        try {
            platform = Platform.start(Files.createTempDirectory("millrace-audit"));
        } catch (IOException e) {
            throw new UncheckedIOException("No folder for the platform", e);
        }
        Flyway.configure()
                .dataSource(platform.jdbcUrl(), null, null)
                .defaultSchema("audit")
                .locations("classpath:db/audit")
                .load()
                .migrate();
        return platform.configVars();
    }

    @Override
    public void inject(TestInjector injector) {
        injector.injectIntoFields(platform, new TestInjector.MatchesType(Platform.class));
    }

    @Override
    public void stop() {
        platform.close();
    }
}

package millrace.audit;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import millrace.local.Platform;
import org.flywaydb.core.Flyway;

/** The real platform with the schema that a release makes. */
public class PlatformResource implements QuarkusTestResourceLifecycleManager {
    private Path home;
    private Platform platform;

    @Override
    public Map<String, String> start() {
        try {
            home = Files.createTempDirectory("millrace-audit");
        } catch (IOException e) {
            throw new UncheckedIOException("No folder for the platform", e);
        }
        platform = Platform.start(home);
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
        try (var files = Files.walk(home)) {
            files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
        } catch (IOException e) {
            throw new UncheckedIOException("The platform's folder " + home + " cannot be deleted", e);
        }
    }
}

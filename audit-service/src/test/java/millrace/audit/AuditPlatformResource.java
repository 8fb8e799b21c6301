package millrace.audit;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import millrace.local.Platform;
import millrace.local.Secrets;
import org.flywaydb.core.Flyway;

/** A broker and a database with the schema of a release, and API keys. */
public class AuditPlatformResource implements QuarkusTestResourceLifecycleManager {
    public static final String READER = "Bearer a-key-of-this-test";
    public static final String BACK_OFFICE = "Bearer a-key-of-the-office";
    static final String REVOKED = "Bearer a-key-of-the-past";
    static final String MASTER_KEY = Secrets.masterKey();

    private final Map<String, String> more = new HashMap<>();
    private Path home;
    private Platform platform;

    @Override
    public void init(Map<String, String> settings) {
        more.putAll(settings);
    }

    @Override
    public Map<String, String> start() {
        try {
            home = Files.createTempDirectory("millrace-audit");
        } catch (IOException e) {
            throw new UncheckedIOException("No folder for the platform", e);
        }
        platform = Platform.start(home);
        migrate(platform, "");
        var vars = new HashMap<>(platform.configVars());
        vars.put("AUDIT_MASTER_KEY", MASTER_KEY);
        vars.put(
                "API_KEYS",
                "test:reader:" + hash(READER) + ",office:back-office:" + hash(BACK_OFFICE) + ",past:reader:"
                        + hash(REVOKED) + ":revoked");
        vars.putAll(more);
        return vars;
    }

    /** Migrates the schema as a release does. */
    static void migrate(Platform platform, String retention) {
        Flyway.configure()
                .dataSource(platform.jdbcUrl(), null, null)
                .defaultSchema("audit")
                .placeholders(Map.of("auditRole", ServiceRole.of(platform).user(), "auditRetention", retention))
                .locations("classpath:db/audit")
                .load()
                .migrate();
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

    /** For tests that start it without the service. */
    public Platform platform() {
        return platform;
    }

    private static String hash(String bearer) {
        return Secrets.sha256(bearer.substring("Bearer ".length()));
    }
}

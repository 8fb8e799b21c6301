package millrace.ingest;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import millrace.events.Sha256;
import millrace.local.Platform;
import millrace.local.PlatformOptions;

/** A real broker for the edge under test. */
public class EdgePlatformResource implements QuarkusTestResourceLifecycleManager {
    public static final String WRITE_KEY = "correct-horse";
    public static final String STRICT_KEY = "battery-staple";
    public static final String SLOW_KEY = "slow-and-steady";
    public static final String READER_KEY = "well-read";
    /** Write key of a source without rules, as a page has it where every visitor can read it. */
    public static final String PUBLIC_KEY = "on-every-page";

    /** Write key of a source that may act for the shop. */
    public static final String WAREHOUSE_KEY = "behind-the-shop";

    public static final String REVOKED_KEY = "long-gone";

    private static final String RULES = """
            {"strict": {"origins": ["https://shop.example"], "kinds": ["page"]}, "slow": {"eventsPerSecond": 1},
             "shop": {"kinds": ["track", "page", "screen", "identify", "group", "alias",
                                "order", "change", "refund", "cancellation"]},
             "warehouse": {"kinds": ["order", "cancellation"], "actsFor": ["shop"]}}""";

    public static Path home;
    public static Platform platform;

    @Override
    public Map<String, String> start() {
        // Kafka's clients load their classes through the thread's class loader, and Quarkus starts this resource on a
        // thread of its own.
        Thread.currentThread().setContextClassLoader(EdgePlatformResource.class.getClassLoader());
        try {
            Class.forName("org.postgresql.Driver");
            home = Files.createTempDirectory("edge-test");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
        platform = Platform.start(home, new PlatformOptions().twoAuthorities());
        var vars = new HashMap<>(platform.configVars());
        vars.put(
                "WRITE_KEYS",
                "shop:%s,strict:%s,slow:%s,site:%s,warehouse:%s,shop:%s:revoked"
                        .formatted(
                                Sha256.hex(WRITE_KEY),
                                Sha256.hex(STRICT_KEY),
                                Sha256.hex(SLOW_KEY),
                                Sha256.hex(PUBLIC_KEY),
                                Sha256.hex(WAREHOUSE_KEY),
                                Sha256.hex(REVOKED_KEY)));
        vars.put("SOURCES", RULES);
        vars.put(
                "API_KEYS",
                "somebody:reader:" + Sha256.hex(READER_KEY) + ",else:reader:" + Sha256.hex(REVOKED_KEY) + ":revoked");
        vars.put("ingest.body-within", "2s");
        vars.put("ingest.headers-within", "2s");
        vars.put("ingest.max-connections-of-address", "200");
        vars.put("PORT", "8080");
        vars.put("quarkus.http.test-port", "0");
        return vars;
    }

    @Override
    public void stop() {
        platform.close();
    }
}

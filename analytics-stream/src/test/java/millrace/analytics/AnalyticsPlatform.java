package millrace.analytics;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.Map;
import millrace.local.Platform;
import millrace.local.PlatformOptions;
import millrace.local.Secrets;

/** Real broker, which grants transactions, and API keys for the tests of this module. */
public class AnalyticsPlatform implements QuarkusTestResourceLifecycleManager {
    public static final String READER = "Bearer a-key-of-this-test";
    static final String REVOKED = "Bearer a-key-of-the-past";

    static Platform platform;

    public static Platform platform() {
        return platform;
    }

    @Override
    public Map<String, String> start() {
        try {
            var options = new PlatformOptions().transactions(true);
            platform = Platform.start(Files.createTempDirectory("analytics-test"), options);
            var vars = new HashMap<>(platform.configVars());
            vars.put(
                    "ANALYTICS_STATE_DIR",
                    Files.createTempDirectory("analytics-state").toString());
            vars.put("API_KEYS", "test:reader:" + hash(READER) + ",past:reader:" + hash(REVOKED) + ":revoked");
            return vars;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void stop() {
        platform.close();
    }

    private static String hash(String bearer) {
        return Secrets.sha256(bearer.substring("Bearer ".length()));
    }
}

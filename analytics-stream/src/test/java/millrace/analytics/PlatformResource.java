package millrace.analytics;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.Map;
import millrace.local.Platform;

/** A real broker for the tests of this module. */
public class PlatformResource implements QuarkusTestResourceLifecycleManager {
    static Platform platform;

    @Override
    public Map<String, String> start() {
        try {
            platform = Platform.start(Files.createTempDirectory("analytics-test"));
            var vars = new HashMap<>(platform.configVars());
            vars.put(
                    "ANALYTICS_STATE_DIR",
                    Files.createTempDirectory("analytics-state").toString());
            return vars;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void stop() {
        platform.close();
    }
}

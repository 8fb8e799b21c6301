package millrace.ingest;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import millrace.local.Platform;

/** A real broker for the edge under test. */
public class PlatformResource implements QuarkusTestResourceLifecycleManager {
    static final String WRITE_KEY = "correct-horse";
    private static final String HASH = "9dca666eb54730714630d1519264a7bf1eeaad00b8f2edc90d3ecbfad928d163";

    static Path home;
    static Platform platform;

    @Override
    public Map<String, String> start() {
        // Kafka's clients find their own classes through the thread, and Quarkus starts this on a thread of its own.
        Thread.currentThread().setContextClassLoader(PlatformResource.class.getClassLoader());
        try {
            Class.forName("org.postgresql.Driver");
            home = Files.createTempDirectory("edge-test");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
        platform = Platform.start(home);
        var vars = new HashMap<>(platform.configVars());
        vars.put("WRITE_KEYS", "shop:" + HASH);
        vars.put("PORT", "8080");
        vars.put("quarkus.http.test-port", "0");
        return vars;
    }

    @Override
    public void stop() {
        platform.close();
    }
}

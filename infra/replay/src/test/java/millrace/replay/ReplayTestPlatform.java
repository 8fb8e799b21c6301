package millrace.replay;

import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import millrace.local.Platform;
import millrace.paas.Need;
import millrace.paas.PaasSettings;

/** Real broker and database for the tests of replay. */
record ReplayTestPlatform(Platform local, PlatformConnection platform) implements AutoCloseable {
    static ReplayTestPlatform start(Path home) {
        var local = Platform.start(home);
        var vars = local.configVars();
        return new ReplayTestPlatform(
                local,
                new PlatformConnection(
                        vars,
                        PaasSettings.from(vars, Set.of(Need.KAFKA, Need.DATABASE)),
                        Optional.of(local.kafkaClient()),
                        Path.of(System.getProperty("project.root")),
                        home));
    }

    @Override
    public void close() {
        local.close();
    }
}

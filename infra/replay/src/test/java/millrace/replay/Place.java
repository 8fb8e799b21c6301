package millrace.replay;

import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import millrace.local.Platform;
import millrace.paas.Need;
import millrace.paas.PaasSettings;

/** A real broker and a real database, as a site. */
record Place(Platform platform, Site site) implements AutoCloseable {
    static Place start(Path home) {
        var platform = Platform.start(home);
        var vars = platform.configVars();
        return new Place(
                platform,
                new Site(
                        vars,
                        PaasSettings.from(vars, Set.of(Need.KAFKA, Need.DATABASE)),
                        Optional.of(platform.kafkaClient()),
                        Path.of(System.getProperty("project.root")),
                        home));
    }

    @Override
    public void close() {
        platform.close();
    }
}

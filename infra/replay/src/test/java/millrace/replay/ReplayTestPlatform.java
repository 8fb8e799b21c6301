package millrace.replay;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import millrace.local.Platform;
import millrace.paas.Need;
import millrace.paas.PaasSettings;

/** Real broker and database for the tests of replay, and a Procfile with the consumer {@code example}. */
record ReplayTestPlatform(Platform local, PlatformConnection platform, RebuildProcess port) implements AutoCloseable {
    static final String CONSUMER = "example";

    private static final String PROCFILE = CONSUMER + ": exec '%s/bin/java' -XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
            + " -Xmx96m -cp '%s' millrace.replay.ExampleConsumer";

    static ReplayTestPlatform start(Path home) {
        var local = Platform.start(home);
        var vars = local.configVars();
        writeProcfile(home);
        var platform = new PlatformConnection(
                vars,
                PaasSettings.from(vars, Set.of(Need.KAFKA, Need.DATABASE)),
                Optional.of(local.kafkaClient()),
                home,
                home);
        return new ReplayTestPlatform(local, platform, new RebuildProcess(platform, CONSUMER));
    }

    /** Returns the names that stand for those of the catalogue. */
    static List<String> consumers(Path root) {
        return List.of(CONSUMER);
    }

    ConsumerGenerations generations() {
        return new ConsumerGenerations(platform, CONSUMER, port);
    }

    @Override
    public void close() {
        port.close();
        local.close();
    }

    private static void writeProcfile(Path root) {
        var classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        // Services are there for their migrations; a process has the config vars of its own service alone.
        classPath = classPath.replaceAll("[^:]*/(audit|orders)-service/target/[^:]*", "");
        try {
            Files.writeString(
                    root.resolve("Procfile"), PROCFILE.formatted(System.getProperty("java.home"), classPath) + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

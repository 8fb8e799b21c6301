package millrace.replay;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import millrace.events.Generation.LiveGeneration;
import millrace.generation.Rebuildable;
import millrace.local.Platform;
import millrace.paas.Need;
import millrace.paas.PaasSettings;

/** Real broker and database for the tests of replay, and a Procfile with the consumer {@code example}. */
record ReplayTestPlatform(Platform local, ReplayContext context) implements AutoCloseable {
    static final String CONSUMER = "example";

    private static final String PROCFILE = CONSUMER + ": exec '%s/bin/java' -XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
            + " -Xmx96m -cp '%s' millrace.replay.ExampleConsumer";

    static ReplayTestPlatform start(Path home) {
        var local = Platform.start(home);
        var vars = local.configVars();
        writeProcfile(home);
        var settings = PaasSettings.from(vars, Set.of(Need.KAFKA, Need.DATABASE));
        var platform = new PlatformConnection(vars, settings, Optional.of(local.kafkaClient()), home, home);
        return new ReplayTestPlatform(
                local,
                ReplayContext.of(
                        platform, CONSUMER, new ExampleConsumer(settings), new PrintWriter(Writer.nullWriter())));
    }

    PlatformConnection platform() {
        return context.platform();
    }

    /** Returns the port of the example, in this process. */
    Rebuildable port() {
        return context.port();
    }

    ConsumerGenerations generations() {
        return context.consumer();
    }

    GenerationLog log() {
        return context.generationLog();
    }

    /** Publishes which generation of the example is live. */
    void publish(int live, Integer successor, boolean fencing) {
        log().append(new LiveGeneration(CONSUMER, live, successor, fencing, Instant.now(), "ada", "0"));
    }

    @Override
    public void close() {
        context.close();
        local.close();
    }

    private static void writeProcfile(Path root) {
        var classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        // Services are there for their migrations; a process has the config vars of its own service alone.
        classPath = classPath.replaceAll("[^:]*/[a-z]+-service/target/[^:]*", "");
        try {
            Files.writeString(
                    root.resolve("Procfile"), PROCFILE.formatted(System.getProperty("java.home"), classPath) + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

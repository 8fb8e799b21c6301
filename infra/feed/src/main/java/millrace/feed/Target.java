package millrace.feed;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Where to, as whom and how fast: options of every feed. What is not given is read from the file that bin/up writes. */
final class Target {
    @Option(
            names = "--url",
            paramLabel = "URL",
            defaultValue = "${env:MILLRACE_URL}",
            description = "Where the edge is. Default: MILLRACE_URL, else what bin/up started.")
    private URI url;

    @Option(
            names = "--write-key",
            paramLabel = "KEY",
            defaultValue = "${env:MILLRACE_WRITE_KEY}",
            description = "Says who sends. Default: MILLRACE_WRITE_KEY, else the key that bin/up made for this feed.")
    private String writeKey;

    @Option(
            names = "--import",
            paramLabel = "NAME",
            description = "Gives the events a clock of their own: for history older than what was sent with this key.")
    private String importName;

    @Option(names = "--rate", paramLabel = "N", description = "Events a second.")
    private Double rate;

    @Option(
            names = "--patience",
            paramLabel = "TIME",
            defaultValue = "2m",
            description = "How long to try again while the edge does not accept. Default: ${DEFAULT-VALUE}.")
    private Duration patience;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    /** Where the closing lines go. */
    PrintWriter out() {
        return command.commandLine().getOut();
    }

    Optional<Double> rate() {
        return Optional.ofNullable(rate);
    }

    Optional<String> importName() {
        return Optional.ofNullable(importName);
    }

    Duration patience() {
        return patience;
    }

    /** @param feed whose write key to use where none is given */
    Edge edge(String feed, Optional<String> importName, Duration patience) {
        var running = running();
        return new Edge(
                url != null && !url.toString().isEmpty() ? url : URI.create(required(running, "web.url")),
                writeKey != null && !writeKey.isBlank() ? writeKey : required(running, "write-key." + feed),
                importName,
                patience);
    }

    /** Where bin/up started the process of that name, if it did. */
    static Optional<String> running(String process) {
        return Optional.ofNullable(running().getProperty(process + ".url"));
    }

    private static String required(Properties running, String key) {
        if (!running.containsKey(key)) {
            throw new CannotFeed("Nothing is running here: start it with bin/up, or give --url and --write-key.");
        }
        return running.getProperty(key);
    }

    private static Properties running() {
        var home = Optional.ofNullable(System.getenv("MILLRACE_HOME"))
                .filter(name -> !name.isBlank())
                .orElse(".millrace");
        var file = Path.of(home, "millrace.properties");
        var properties = new Properties();
        if (Files.exists(file)) {
            try (var reader = Files.newBufferedReader(file)) {
                properties.load(reader);
            } catch (IOException e) {
                throw new UncheckedIOException(file + " cannot be read", e);
            }
        }
        return properties;
    }
}

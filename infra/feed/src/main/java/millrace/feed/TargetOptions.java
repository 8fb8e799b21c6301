package millrace.feed;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Consumer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Options of every feed for the target, the credentials and the rate. Missing ones are read from the file that {@code
 * bin/up} writes.
 */
final class TargetOptions {
    /** Limit of connections; each may hold a batch in memory. */
    private static final int MAX_CONNECTIONS = 32;

    @Option(
            names = "--url",
            paramLabel = "URL",
            defaultValue = "${env:MILLRACE_URL}",
            description = "URL of the edge. Default: MILLRACE_URL, else the one of bin/up.")
    private URI url;

    @Option(
            names = "--write-key",
            paramLabel = "KEY",
            defaultValue = "${env:MILLRACE_WRITE_KEY}",
            description =
                    "Write key of the source. Default: MILLRACE_WRITE_KEY, else the key that bin/up made for this feed.")
    private String writeKey;

    @Option(
            names = "--import",
            paramLabel = "NAME",
            description = "Gives the events a watermark of their own: for events older than earlier ones of this key.")
    private String importName;

    @Option(
            names = "--connections",
            paramLabel = "N",
            description =
                    "Concurrent requests; events of one visitor or order stay in order. Default: ${DEFAULT-VALUE}.")
    private int connections = 8;

    @Option(names = "--rate", paramLabel = "N", description = "Events a second.")
    private Double rate;

    @Option(
            names = "--patience",
            paramLabel = "TIME",
            defaultValue = "2m",
            description = "How long to retry while the edge does not accept. Default: ${DEFAULT-VALUE}.")
    private Duration patience;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    /** Returns the writer of the final report. */
    PrintWriter out() {
        return command.commandLine().getOut();
    }

    /** Prints the problems of the input files and returns the exit code. */
    int printProblems(List<String> problems) {
        problems.forEach(command.commandLine().getErr()::println);
        command.commandLine().getErr().flush();
        return problems.isEmpty() ? 0 : 1;
    }

    Optional<Double> rate() {
        return Optional.ofNullable(rate);
    }

    Optional<String> importName() {
        return Optional.ofNullable(importName);
    }

    /** Returns a sender with the configured number of connections. */
    EdgeSender sender(
            EdgeClient edge,
            String clicksPath,
            FeedRate feedRate,
            FeedReport report,
            Consumer<FeedMessage> onAccepted) {
        if (connections < 1 || connections > MAX_CONNECTIONS) {
            throw new FeedException(
                    "--connections is %d: it must be from 1 to %d.".formatted(connections, MAX_CONNECTIONS));
        }
        return new EdgeSender(edge, clicksPath, feedRate, connections, report, onAccepted);
    }

    Duration patience() {
        return patience;
    }

    /** @param feed name of the feed; its write key is the default */
    EdgeClient edge(String feed, Optional<String> importName, Duration patience) {
        var options = "--url and --write-key";
        return new EdgeClient(
                isGiven(url) ? url : URI.create(running("web.url", options)),
                isGiven(writeKey) ? writeKey : running("write-key." + feed, options),
                importName,
                patience);
    }

    /** Folder of the {@code bin/up} whose edge gets the traffic; empty if the edge is another one. */
    Optional<Path> home() {
        return isGiven(url) || running().isEmpty() ? Optional.empty() : Optional.of(homeDirectory());
    }

    /** Returns true if an option has a value; environment variables may be set and empty. */
    static boolean isGiven(Object option) {
        return option != null && !option.toString().isBlank();
    }

    /** Returns the URL of a process that {@code bin/up} started; empty if it did not. */
    static Optional<String> running(String process) {
        return Optional.ofNullable(running().getProperty(process + ".url"));
    }

    /**
     * Returns a value from the file that {@code bin/up} writes.
     *
     * @throws FeedException if the value is absent; the message names the option to give instead
     */
    static String running(String key, String option) {
        return Optional.ofNullable(running().getProperty(key))
                .orElseThrow(() -> new FeedException(
                        "Nothing is running here: start it with bin/up, or give %s.".formatted(option)));
    }

    private static Path homeDirectory() {
        return Path.of(Optional.ofNullable(System.getenv("MILLRACE_HOME"))
                .filter(name -> !name.isBlank())
                .orElse(".millrace"));
    }

    private static Properties running() {
        var file = homeDirectory().resolve("millrace.properties");
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

package millrace.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What the project's own files say of how the edge is run, so that others are run the same way.
 *
 * @param trial options of the JVM that the edge alone gets on top, and that win
 */
record ProjectCommands(Path folder, String trial) {
    private static final String EDGE = "clickstream-ingest";
    private static final String NAIVE = "infra/bench/naive";
    private static final String PROPERTIES = EDGE + "/src/main/resources/application.properties";
    private static final String OPTIONS = "$JAVA_OPTS";
    private static final String WEB = "web";
    /** The channel, and a setting of the producer that makes a difference to its speed. */
    private static final Pattern PRODUCER = Pattern.compile("(?m)^(mp\\.messaging\\.outgoing\\.[^.=]+\\.)"
            + "(acks|enable\\.idempotence|linger\\.ms|batch\\.size|buffer\\.memory|compression\\.type)=(.*)$");

    static ProjectCommands ofProcess(String trial) {
        var root = Path.of(System.getProperty("millrace.root", "."));
        return new ProjectCommands(root.toAbsolutePath().normalize(), trial);
    }

    /** The same with one more option of the JVM. */
    ProjectCommands trying(String option) {
        return new ProjectCommands(folder, (trial + " " + option).strip());
    }

    ServerVariant edge() {
        return new ServerVariant(ServerVariant.EDGE, web(trial), Map.of(), true);
    }

    /** The edge, with another setting of its producer. */
    ServerVariant edge(String setting, String value) {
        var channel = producer().getFirst().group(1);
        return new ServerVariant(
                ServerVariant.EDGE, web((trial + " -D" + channel + setting + "=" + value).strip()), Map.of(), true);
    }

    ServerVariant naive() {
        var producer = producerOfEdge().entrySet().stream()
                .map(setting -> "-Dmp.messaging.outgoing.clicks." + setting.getKey() + "=" + setting.getValue())
                .collect(Collectors.joining(" "));
        return new ServerVariant(ServerVariant.NAIVE, web(producer).replace(EDGE + "/", NAIVE + "/"), Map.of(), true);
    }

    ServerVariant http() {
        return new ServerVariant(ServerVariant.HTTP, java(EmptyEndpoint.class.getName()), Map.of(), false);
    }

    /** A class of this program's own class path, with the flags of the web process. */
    String java(String mainClass) {
        var flags = Arrays.stream(web().split(" "))
                .takeWhile(word -> !word.equals("-jar"))
                .filter(word -> !word.contains(EDGE))
                .collect(Collectors.joining(" "));
        return flags + " -cp '" + System.getProperty("java.class.path") + "' " + mainClass;
    }

    /** Names and values as Kafka has them. */
    Map<String, String> producerOfEdge() {
        var settings = new TreeMap<String, String>();
        producer().forEach(line -> settings.put(line.group(2), line.group(3).strip()));
        return settings;
    }

    private List<MatchResult> producer() {
        return find(PROPERTIES, PRODUCER, "settings of the edge's producer such as linger.ms");
    }

    /** @param options come after all others, and win */
    private String web(String options) {
        return web().replace(OPTIONS, (OPTIONS + " " + options).strip());
    }

    /** The command of a process of the Procfile. */
    String process(String name) {
        var line = Pattern.compile("(?m)^" + name + ": *(\\S.*)$");
        return find("Procfile", line, "a line \"" + name + ":\"").getFirst().group(1);
    }

    /** The same with the options that are tried. */
    String tried(String name) {
        return process(name).replace(OPTIONS, (OPTIONS + " " + trial).strip());
    }

    private String web() {
        return process(WEB);
    }

    /** At least one. */
    private List<MatchResult> find(String name, Pattern pattern, String expected) {
        var file = folder.resolve(name);
        try {
            var found = pattern.matcher(Files.readString(file)).results().toList();
            if (found.isEmpty()) {
                throw new BenchmarkException(file + " has not what was expected there: " + expected + ".");
            }
            return found;
        } catch (IOException e) {
            throw new BenchmarkException("There is no " + file + " with " + expected + ".", e);
        }
    }
}

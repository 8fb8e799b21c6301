package millrace.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What the project's own files say of how the edge is run, so that others are run the same way. */
record Project(Path folder) {
    private static final String EDGE = "clickstream-ingest";
    private static final String NAIVE = "infra/bench/naive";
    /** Settings of the edge's producer that make a difference to its speed. */
    private static final Pattern PRODUCER = Pattern.compile("mp\\.messaging\\.outgoing\\.[^.]+"
            + "\\.(acks|enable\\.idempotence|linger\\.ms|batch\\.size|buffer\\.memory|compression\\.type)");

    static Project ofProcess() {
        return new Project(Path.of(System.getProperty("millrace.root", "."))
                .toAbsolutePath()
                .normalize());
    }

    Contender edge() {
        return new Contender(Contender.EDGE, web(), Map.of(), true);
    }

    /** The edge, with settings of its own in place of those in its jar. */
    Contender edge(String javaOptions) {
        return new Contender(Contender.EDGE, web().replace("$JAVA_OPTS", "$JAVA_OPTS " + javaOptions), Map.of(), true);
    }

    Contender naive() {
        var producer = producerOfEdge().entrySet().stream()
                .map(setting -> "-Dmp.messaging.outgoing.clicks." + setting.getKey() + "=" + setting.getValue())
                .collect(Collectors.joining(" "));
        var command = web().replace(EDGE + "/", NAIVE + "/").replace("$JAVA_OPTS", "$JAVA_OPTS " + producer);
        return new Contender(Contender.NAIVE, command, Map.of(), true);
    }

    Contender http() {
        return new Contender(Contender.HTTP, java(EmptyEndpoint.class.getName()), Map.of(), false);
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
        var file = folder.resolve(EDGE + "/src/main/resources/application.properties");
        var properties = new Properties();
        try (var reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        } catch (IOException e) {
            throw new CannotMeasure("There is no " + file + " that says how the edge's producer is set.", e);
        }
        var settings = new TreeMap<String, String>();
        for (var name : properties.stringPropertyNames()) {
            var setting = PRODUCER.matcher(name);
            if (setting.matches()) {
                settings.put(setting.group(1), properties.getProperty(name));
            }
        }
        return settings;
    }

    private String web() {
        var file = folder.resolve("Procfile");
        try (var lines = Files.lines(file)) {
            return lines.filter(line -> line.startsWith("web:"))
                    .map(line -> line.substring("web:".length()).strip())
                    .findFirst()
                    .orElseThrow(() -> new CannotMeasure(file + " has no line \"web:\" that starts the edge."));
        } catch (IOException e) {
            throw new CannotMeasure("There is no " + file + " that says how the edge is started.", e);
        }
    }
}

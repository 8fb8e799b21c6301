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
 * Reads commands and settings of processes from the Procfile and the edge's properties, so that all variants run with
 * equal settings.
 *
 * @param jvmOptions additional JVM options of the measured process, which override others
 */
record ProjectCommands(Path folder, String jvmOptions) {
    /** The edge in the Procfile. */
    static final String EDGE_PROCESS = "web";

    static final String OWN_CLASS_PATH = "-cp '" + System.getProperty("java.class.path") + "'";

    private static final String EDGE = "clickstream-ingest";
    private static final String NAIVE = "infra/bench/naive";
    private static final String PROPERTIES = EDGE + "/src/main/resources/application.properties";
    private static final String OPTIONS = "$JAVA_OPTS";
    /** Prefix of the channel, and a producer setting that affects throughput. */
    private static final Pattern PRODUCER = Pattern.compile("(?m)^(mp\\.messaging\\.outgoing\\.[^.=]+\\.)"
            + "(acks|enable\\.idempotence|linger\\.ms|batch\\.size|buffer\\.memory|compression\\.type"
            + "|max\\.in\\.flight\\.requests\\.per\\.connection)=(.*)$");

    static ProjectCommands ofProcess(String jvmOptions) {
        var root = Path.of(System.getProperty("millrace.root", "."));
        return new ProjectCommands(root.toAbsolutePath().normalize(), jvmOptions);
    }

    /** Returns a copy with one more JVM option. */
    ProjectCommands withJvmOption(String option) {
        return new ProjectCommands(folder, (jvmOptions + " " + option).strip());
    }

    /** Returns a copy without additional JVM options, for a process that is not measured. */
    ProjectCommands plain() {
        return new ProjectCommands(folder, "");
    }

    /** Returns the command of a service in the Procfile with the additional JVM options. */
    String service(String name) {
        return process(name).replace(OPTIONS, (OPTIONS + " " + jvmOptions).strip());
    }

    /** Returns the command of the edge with another producer setting. */
    String edgeWith(String setting, String value) {
        var channel = producer().getFirst().group(1);
        return withJvmOption("-D" + channel + setting + "=" + value).service(EDGE_PROCESS);
    }

    /** Returns the command of the naive edge, with the JVM flags and producer settings of the edge. */
    String naive() {
        var producer = producerOfEdge().entrySet().stream()
                .map(setting -> "-Dmp.messaging.outgoing.clicks." + setting.getKey() + "=" + setting.getValue())
                .collect(Collectors.joining(" "));
        return process(EDGE_PROCESS).replace(OPTIONS, OPTIONS + " " + producer).replace(EDGE + "/", NAIVE + "/");
    }

    /** Returns the command that runs a class of this program's class path with the JVM flags of the web process. */
    String java(String mainClass) {
        return java(EDGE_PROCESS, OWN_CLASS_PATH + " " + mainClass);
    }

    /**
     * Returns the command that runs a Java program with the JVM flags of a process, and with all variables.
     *
     * @param program further options, and the main class
     */
    String java(String process, String program) {
        return flags(process) + " " + program;
    }

    /** Returns the last limit of the heap in the flags of a process. */
    String heap(String process) {
        return Arrays.stream(flags(process).split(" "))
                .filter(flag -> flag.startsWith("-Xmx"))
                .reduce((first, last) -> last)
                .orElse("the platform's heap");
    }

    private String flags(String process) {
        return Arrays.stream(process(process)
                        .replace("bin/launch " + process + " ", "")
                        .split(" "))
                .takeWhile(word -> !word.equals("-jar"))
                .filter(word -> !word.startsWith("-XX:AOTCache="))
                .collect(Collectors.joining(" "));
    }

    /** Returns the producer settings of the edge, by their names in Kafka. */
    Map<String, String> producerOfEdge() {
        var settings = new TreeMap<String, String>();
        producer().forEach(line -> settings.put(line.group(2), line.group(3).strip()));
        return settings;
    }

    private List<MatchResult> producer() {
        return find(PROPERTIES, PRODUCER, "settings of the edge's producer such as linger.ms");
    }

    private String process(String name) {
        var line = Pattern.compile("(?m)^" + name + ": *(\\S.*)$");
        return find("Procfile", line, "a line \"" + name + ":\"").getFirst().group(1);
    }

    /**
     * Returns all matches in a file of the project.
     *
     * @throws BenchmarkException if there is no match
     */
    private List<MatchResult> find(String name, Pattern pattern, String expected) {
        var file = folder.resolve(name);
        try {
            var found = pattern.matcher(Files.readString(file)).results().toList();
            if (found.isEmpty()) {
                throw new BenchmarkException(file + " does not contain " + expected + ".");
            }
            return found;
        } catch (IOException e) {
            throw new BenchmarkException("There is no " + file + " with " + expected + ".", e);
        }
    }
}

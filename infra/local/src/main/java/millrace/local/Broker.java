package millrace.local;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One broker: Kafka itself, from the jars of this module, as its own process. */
final class Broker {
    private static final Duration FORMATTED_WITHIN = Duration.ofSeconds(30);
    private static final Duration STOPPED_WITHIN = Duration.ofSeconds(20);
    private static final List<String> JVM = List.of(
            "-Xms64m",
            "-Xmx256m",
            "-Xss512k",
            "-XX:+UseSerialGC",
            "-XX:MaxMetaspaceSize=96m",
            "-XX:MaxDirectMemorySize=64m",
            "-XX:ReservedCodeCacheSize=48m",
            "-XX:+ExitOnOutOfMemoryError",
            "-Dorg.slf4j.simpleLogger.showDateTime=true",
            "-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd'T'HH:mm:ss.SSSXXX",
            "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn");

    private final Child process;

    private Broker(Child process) {
        this.process = process;
    }

    /** Starts it; it is ready when an administrator finds it. */
    static Broker start(Home home, BrokerSettings settings) {
        var data = home.folder("kafka-" + settings.id());
        var file = home.write("kafka-" + settings.id() + ".properties", settings.text(data));
        var name = "kafka-" + settings.id();
        if (!Files.exists(data.resolve("meta.properties"))) {
            format(home, name, data, file, settings.cluster());
        }
        return new Broker(java(home, name, data, "kafka.Kafka", file.toString()));
    }

    Child process() {
        return process;
    }

    void stop() {
        process.stop(STOPPED_WITHIN);
    }

    private static void format(Home home, String name, Path data, Path file, String cluster) {
        var format = java(home, name, data, "kafka.tools.StorageTool", "format", "-t", cluster, "-c", file.toString());
        if (!format.endsWithin(FORMATTED_WITHIN) || !Files.exists(data.resolve("meta.properties"))) {
            format.stop(Duration.ZERO);
            throw new CannotStart("The broker's storage in " + data + " cannot be made:\n" + format.lastLines(20));
        }
    }

    private static Child java(Home home, String name, Path folder, String main, String... arguments) {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var command = Stream.of(
                        Stream.of(java), JVM.stream(), Stream.of("-cp", classPath(), main), Arrays.stream(arguments))
                .flatMap(part -> part)
                .toList();
        return Child.start(home, name, folder, Map.of(), command);
    }

    private static String classPath() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> entry.endsWith(".jar"))
                .map(entry -> Path.of(entry).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
    }
}

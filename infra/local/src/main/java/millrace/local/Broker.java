package millrace.local;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import millrace.paas.Ports;

/** Runs one Kafka broker as a process of its own, from jars of its own version. */
final class Broker implements ManagedServer {
    private static final Duration FORMATTED_WITHIN = Duration.ofSeconds(30);
    private static final Duration STOPPED_WITHIN = Duration.ofSeconds(20);
    private static final List<String> JVM = List.of(
            "-Xss512k",
            "-XX:+UseSerialGC",
            "-XX:MaxMetaspaceSize=96m",
            "-XX:+ExitOnOutOfMemoryError",
            "-Dorg.slf4j.simpleLogger.showDateTime=true",
            "-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd'T'HH:mm:ss.SSSXXX",
            "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn");

    /** Name of the class archive (CDS) in the data directory; only a prepared platform has one. */
    static final String CLASSES = "kafka.jsa";

    /** Name of the persistent value that holds the class path of the class archive. */
    static final String CLASS_PATH = "kafka.class-path";

    private final DataDirectory directory;
    private BrokerSettings settings;
    private final KafkaVersion version;
    private final Workload workload;
    private final Path data;
    private ManagedProcess process;

    Broker(DataDirectory directory, BrokerSettings settings, KafkaVersion version, Workload workload) {
        this.directory = directory;
        this.settings = settings;
        this.version = version;
        this.workload = workload;
        this.data = directory.folder("data/" + name());
    }

    @Override
    public String name() {
        return "kafka-" + settings.id();
    }

    @Override
    public String address() {
        return BrokerSettings.HOST + ":" + settings.port();
    }

    public synchronized void start() {
        var file = directory.write("data/" + name() + ".properties", settings.text(data));
        if (!Files.exists(data.resolve("meta.properties"))) {
            format(file);
        }
        process = java(workload.jvm(), "kafka.Kafka", file.toString());
    }

    @Override
    public ManagedProcess process() {
        return process;
    }

    /**
     * Tells whether the broker accepts connections. Membership in the cluster is for an administration client to check.
     */
    @Override
    public boolean isReady() {
        return Ports.isListening(settings.port());
    }

    @Override
    public void stop() {
        if (process != null) {
            process.stop(STOPPED_WITHIN);
        }
    }

    /** Trusts other authorities from its next start on. */
    synchronized void trust(Certificates certificates) {
        settings = settings.with(certificates);
    }

    /** Kills the process. Without its disk, its next start is a first start. */
    synchronized void fail(boolean withDisk) {
        process.stop(Duration.ZERO);
        if (withDisk) {
            directory.emptyFolder("data/" + name());
        }
    }

    private void format(Path file) {
        var format =
                java(List.of(), "kafka.tools.StorageTool", "format", "-t", settings.cluster(), "-c", file.toString());
        var ended = format.endsWithin(FORMATTED_WITHIN);
        format.stop(Duration.ZERO);
        if (!ended || !Files.exists(data.resolve("meta.properties"))) {
            throw new StartException("The storage of " + name() + " cannot be made in " + data + ":\n"
                    + format.log().lastLines(20));
        }
    }

    private ManagedProcess java(List<String> options, String main, String... arguments) {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var command = Stream.of(
                        Stream.of(java),
                        options.stream(),
                        JVM.stream(),
                        classes().stream(),
                        Stream.of(main),
                        Arrays.stream(arguments))
                .flatMap(part -> part)
                .toList();
        return ManagedProcess.start(directory, name(), data, Map.of(), command);
    }

    private List<String> classes() {
        var archive = directory.resolve(CLASSES);
        return Files.exists(archive)
                ? List.of(
                        "-XX:SharedArchiveFile=" + archive,
                        "-cp",
                        directory.getOrCreate(CLASS_PATH, version::classPath))
                : List.of("-cp", version.classPath());
    }
}

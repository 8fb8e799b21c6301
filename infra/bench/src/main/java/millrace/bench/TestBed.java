package millrace.bench;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import millrace.events.Channel;
import millrace.local.ContainerEnvironment;
import millrace.local.DataDirectory;
import millrace.local.EmbeddedPlatform;
import millrace.local.ManagedProcess;
import millrace.local.PlatformOptions;
import millrace.local.Secrets;
import millrace.local.Workload;
import millrace.paas.Need;
import millrace.paas.PaasSettings;
import millrace.paas.Ports;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * A new platform for one measurement: one broker and a database, in a folder that is cleared before and after. All
 * contenders run on it as processes of their own, with the environment that the PaaS gives them.
 */
final class TestBed implements AutoCloseable {
    private static final Duration POLL_EVERY = Duration.ofMillis(100);
    private static final Duration RELEASE_TIMEOUT = Duration.ofMinutes(2);
    private static final String SOURCES = "{\"bench\":{\"kinds\":[\"track\",\"page\",\"screen\",\"identify\",\"group\","
            + "\"alias\",\"order\",\"change\",\"refund\",\"cancellation\"]}}";

    private final ProjectCommands project;
    private final BenchmarkShutdown stop;
    private final String writeKey = Secrets.random();
    private final DataDirectory home;
    private final EmbeddedPlatform platform;

    private TestBed(ProjectCommands project, BenchmarkShutdown stop, DataDirectory home, EmbeddedPlatform platform) {
        this.project = project;
        this.stop = stop;
        this.home = home;
        this.platform = platform;
    }

    /** Starts the platform and runs the release. */
    static TestBed open(ProjectCommands project, BenchmarkShutdown stop) {
        stop.check();
        var options = new PlatformOptions().workload(Workload.HEAVY).transactions(true);
        var home = DataDirectory.open(project.folder().resolve("infra/bench/target/home"));
        try {
            home.endOrphans();
            home.clear();
            var bed = new TestBed(project, stop, home, EmbeddedPlatform.start(home, options));
            try {
                bed.run("release", project.service("release"), Map.of(), RELEASE_TIMEOUT);
                return bed;
            } catch (RuntimeException e) {
                bed.platform.close();
                throw e;
            }
        } catch (RuntimeException e) {
            home.close();
            throw e;
        }
    }

    ProjectCommands project() {
        return project;
    }

    BenchmarkShutdown stop() {
        return stop;
    }

    EmbeddedPlatform platform() {
        return platform;
    }

    /** Returns the write key of the source {@code bench}, which may send everything. */
    String writeKey() {
        return writeKey;
    }

    /** Returns a folder that is removed with the data of the platform. */
    Path folder() {
        return home.folder("data/bench");
    }

    long brokerPid() {
        return platform.servers().getFirst().process().pid();
    }

    long databasePid() {
        return platform.servers().getLast().process().pid();
    }

    /** Starts a service of the Procfile; the caller closes it. */
    BenchmarkProcess startService(String name, Map<String, String> variables) {
        var all = new HashMap<>(Map.of("DYNO", name + ".1"));
        all.putAll(variables);
        return start(name, project.service(name), all);
    }

    /** Starts a command of a shell, in the project folder, on a free port; the caller closes it. */
    BenchmarkProcess start(String name, String command, Map<String, String> variables) {
        stop.check();
        var port = Ports.free(0);
        var environment = environment(port, variables);
        return new BenchmarkProcess(
                ManagedProcess.start(home, name, project.folder(), environment, List.of("/bin/sh", "-c", command)),
                port,
                stop);
    }

    /** Starts the edge, or another server that accepts its events, and returns when it accepts one. */
    BenchmarkProcess startServer(String name, String command) {
        var server = start(name, command, Map.of());
        try {
            server.awaitAccepting(writeKey);
            return server;
        } catch (RuntimeException e) {
            server.close();
            throw e;
        }
    }

    /** Runs a command to its end and returns its output. */
    String run(String name, String command, Map<String, String> variables, Duration timeout) {
        return run(name, command, variables, timeout, pid -> {});
    }

    /**
     * Runs a command to its end and returns its output.
     *
     * @param whileRunning receives its process id, ten times a second
     * @throws BenchmarkException with its last lines if it fails or takes longer
     */
    String run(
            String name, String command, Map<String, String> variables, Duration timeout, LongConsumer whileRunning) {
        stop.check();
        var process = ManagedProcess.start(
                home, name, project.folder(), environment(Ports.free(0), variables), List.of("/bin/sh", "-c", command));
        try {
            await(
                    () -> {
                        whileRunning.accept(process.pid());
                        return process.endsWithin(POLL_EVERY);
                    },
                    timeout,
                    Duration.ZERO,
                    () -> "%s has not ended after %d s.".formatted(name, timeout.toSeconds()));
        } finally {
            process.stop(Duration.ZERO);
        }
        if (process.exitCode().orElse(1) != 0) {
            throw new BenchmarkException(
                    name + " failed:\n" + process.log().lastLines(20).strip());
        }
        try {
            return Files.readString(process.log().path());
        } catch (IOException e) {
            throw new BenchmarkException("The output of " + name + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** Waits until the condition holds. */
    void await(BooleanSupplier condition, Duration timeout, Duration pollEvery, Supplier<String> sentence) {
        var end = System.nanoTime() + timeout.toNanos();
        while (!condition.getAsBoolean()) {
            stop.check();
            if (System.nanoTime() > end) {
                throw new BenchmarkException(sentence.get());
            }
            LockSupport.parkNanos(pollEvery.toNanos());
        }
    }

    /** Writes records and returns when all are acknowledged. */
    void write(Stream<ProducerRecord<String, byte[]>> records) {
        var settings = new HashMap<>(platform.kafkaClient());
        settings.putAll(Map.of("acks", "all", "linger.ms", 5, "batch.size", 128 << 10));
        var failure = new AtomicReference<Exception>();
        var producer = new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
        try {
            records.takeWhile(record -> failure.get() == null).forEach(record -> {
                stop.check();
                producer.send(record, (metadata, reason) -> failure.compareAndSet(null, reason));
            });
            producer.flush();
        } finally {
            producer.close(Duration.ofSeconds(5));
        }
        if (failure.get() != null) {
            throw new BenchmarkException(
                    "The backlog cannot be written: " + failure.get().getMessage(), failure.get());
        }
    }

    /**
     * Writes the settings of a client of the application to a file, for a command-line tool.
     *
     * @param more settings in addition to those of the connection
     */
    Path clientFile(Map<String, String> more) {
        var settings = new HashMap<String, Object>(
                PaasSettings.from(platform.configVars(), Set.of(Need.KAFKA)).kafka());
        settings.putAll(more);
        return settingsFile("client.properties", settings);
    }

    /** Writes settings to a file that only its owner can read: they may contain a private key. */
    Path settingsFile(String name, Map<String, Object> settings) {
        var properties = new Properties();
        properties.putAll(settings);
        var text = new StringWriter();
        try {
            properties.store(text, null);
        } catch (IOException e) {
            throw new IllegalStateException("A writer to memory does not fail", e);
        }
        return home.write(name, text.toString());
    }

    /** Returns a consumer of the committed records of a channel, with all its partitions; the caller closes it. */
    <V> KafkaConsumer<String, V> reader(Channel<String, V> channel) {
        var settings = new HashMap<>(platform.kafkaClient());
        settings.put("isolation.level", "read_committed");
        var consumer = new KafkaConsumer<>(
                settings, channel.key().deserializer(), channel.value().deserializer());
        consumer.assign(consumer.partitionsFor(platform.topic(channel.name())).stream()
                .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                .toList());
        return consumer;
    }

    /** Returns the result of a request to Kafka or a database, whose failure is a failed measurement. */
    static <T> T result(Remote<T> request, String what) {
        try {
            return request.call();
        } catch (BenchmarkException e) {
            throw e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchmarkException("Interrupted.", e);
        } catch (Exception e) {
            var cause = e instanceof ExecutionException && e.getCause() != null ? e.getCause() : e;
            throw new BenchmarkException(what + ": " + cause.getMessage(), e);
        }
    }

    /** A request to a broker or a database. */
    @FunctionalInterface
    interface Remote<T> {
        T call() throws Exception;
    }

    @Override
    public void close() {
        platform.close();
        home.clear();
    }

    private Map<String, String> environment(int port, Map<String, String> more) {
        var variables = ContainerEnvironment.environment();
        variables.putAll(platform.configVars());
        variables.put("WRITE_KEYS", "bench:" + Secrets.sha256(writeKey));
        variables.put("SOURCES", SOURCES);
        variables.put("DYNO", "web.1");
        variables.put("JAVA_OPTS", ContainerEnvironment.JAVA_OPTS);
        variables.put("PORT", Integer.toString(port));
        variables.putAll(more);
        return variables;
    }
}

package millrace.local.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import millrace.events.Json;
import millrace.local.DataDirectory;
import millrace.local.EmbeddedPlatform;
import millrace.local.PlatformOptions;
import millrace.local.control.ControlRoutes;
import millrace.local.control.ControlServer;
import millrace.local.control.KafkaApi;
import millrace.local.up.UpCommand;

/** A platform with its control API, without the processes of the application, and {@code bin/kafka} on it. */
final class ControlledPlatform implements AutoCloseable {
    private final DataDirectory directory;
    private final EmbeddedPlatform platform;
    private final KafkaApi kafka;
    private final ControlServer server;
    private final List<String> faults = new CopyOnWriteArrayList<>();
    private final List<String> operations = new CopyOnWriteArrayList<>();

    ControlledPlatform(Path folder, PlatformOptions options) throws IOException {
        directory = DataDirectory.open(folder);
        platform = EmbeddedPlatform.start(directory, options);
        kafka = KafkaApi.of(directory, platform);
        var routes = new ControlRoutes();
        kafka.addTo(routes, platform::configVars, new Operations());
        server = ControlServer.start(directory, routes, faults::add);
        var administrator = new Properties();
        administrator.putAll(platform.kafkaClient());
        try (var file =
                new PrintWriter(directory.resolve("administrator.properties").toFile(), UTF_8)) {
            administrator.store(file, null);
        }
        directory.write("config-vars.json", Json.text(platform.configVars()));
    }

    /** Operations that are written down, and do nothing. */
    private final class Operations implements KafkaApi.Operations {
        @Override
        public String fail(boolean catastrophic) {
            operations.add(catastrophic ? "fail without disk" : "fail");
            return "127.0.0.1";
        }

        @Override
        public void replaceCertificates() {
            operations.add("certificates");
        }

        @Override
        public void restartBroker(int index) {
            operations.add("broker " + index);
        }

        @Override
        public void restartProcesses() {
            operations.add("processes");
        }
    }

    record Result(int exitCode, String out, String err) {}

    EmbeddedPlatform platform() {
        return platform;
    }

    /** Faults of the server, a sentence each. */
    List<String> faults() {
        return faults;
    }

    /** Operations that were asked for. */
    List<String> operations() {
        return operations;
    }

    /** Runs a command in this process. */
    Result run(String... arguments) {
        return runWith("", arguments);
    }

    Result runWith(String input, String... arguments) {
        return runIn(directory.path(), input, arguments);
    }

    static Result runIn(Path folder, String input, String... arguments) {
        var in = System.in;
        var out = System.out;
        var err = System.err;
        var printed = new ByteArrayOutputStream();
        var complained = new ByteArrayOutputStream();
        try {
            System.setIn(new ByteArrayInputStream(input.getBytes(UTF_8)));
            System.setOut(new PrintStream(printed, true, UTF_8));
            System.setErr(new PrintStream(complained, true, UTF_8));
            var exitCode = UpCommand.commandLine(new KafkaCommand(folder)).execute(arguments);
            return new Result(exitCode, printed.toString(UTF_8), withoutLog(complained.toString(UTF_8)));
        } finally {
            System.setIn(in);
            System.setOut(out);
            System.setErr(err);
        }
    }

    @Override
    public void close() {
        server.close();
        kafka.close();
        platform.close();
    }

    /** Removes what Kafka's client logs. */
    private static String withoutLog(String text) {
        return text.lines()
                .filter(line -> !line.contains("org.apache.kafka") && !line.contains("[main] "))
                .collect(Collectors.joining("\n", "", text.endsWith("\n") ? "\n" : ""));
    }
}

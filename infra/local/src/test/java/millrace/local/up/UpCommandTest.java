package millrace.local.up;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.regex.Pattern;
import millrace.events.Json;
import millrace.local.PreparedPlatform;
import millrace.local.Secrets;
import millrace.local.kafka.KafkaCommand;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(240)
@Tag("platform")
@Tag("long")
class UpCommandTest {
    private static final String HANDSHAKE = "JDWP-Handshake";

    @TempDir
    private Path folder;

    private final List<CommandProcess> started = new ArrayList<>();
    private Path directory;

    @BeforeEach
    void write() throws IOException {
        directory = folder.resolve("home");
        PreparedPlatform.copyInto(directory, folder);
        var fake = "exec java $JAVA_OPTS -Xmx32m -cp '%s' %s"
                .formatted(System.getProperty("java.class.path"), FakeService.class.getName());
        Files.writeString(
                folder.resolve("Procfile"),
                "release: echo released\nweb: " + fake + "\norders: " + fake + " orders-service/\n");
    }

    /** Stops what a failed test has left running. */
    @AfterEach
    void stop() throws InterruptedException {
        for (var command : started) {
            command.terminate();
            command.exitCode();
        }
    }

    @Test
    void one_command_runs_everything_until_it_is_told_to_stop() throws Exception {
        var up = up("--port", "0").awaitOutput("Ready after");
        assertThat(up.output()).contains("kafka-1  ", "database  ", "web.1  ", "orders.1  ", "together  ");
        var key = property("api-key.reader");
        assertThat(up.output()).contains("To read: Authorization: Bearer " + key);
        assertThat(Files.readString(directory.resolve("config-vars.json")))
                .contains("reader:reader:" + Secrets.sha256(key), ",back-office:back-office:")
                .doesNotContain(key);
        up.awaitOutput("events in 0 (0/s)  orders 0  lag: orders 0");

        var second = up("--port", "0");
        assertThat(second.exitCode()).isOne();
        assertThat(second.output()).startsWith("The platform in " + directory + " is running already, as process ");

        crash("web");
        up.awaitOutput("heroku[web.1]: State changed from up to crashed\n")
                .awaitOutput("web.1 has ended and is started again in 1 s")
                .awaitOutput("web.1 is ready again");
        assertThat(logs("web"))
                .contains("web.1 | web.1 listens and has", "API_KEYS", "JAVA_TOOL_OPTIONS", "PORT")
                .containsPattern("web\\.1 \\| [^ ]+\\+00:00 heroku\\[web\\.1]: State changed from starting to up\n")
                .doesNotContain("MILLRACE_HOME");

        up.kill();
        assertThat(up.exitCode()).isNotZero();
        assertThat(running()).isNotEmpty();
        var again = up("--port", "0").awaitOutput("Ready after");
        assertThat(again.output())
                .startsWith("Stopped processes of a killed bin/up: ")
                .contains("web.1", "orders.1", "kafka-1", "database");
        assertThat(property("api-key.reader")).isEqualTo(key);

        again.terminate();
        assertThat(again.exitCode()).isEqualTo(128 + 15);
        assertThat(again.output()).endsWith("Stopping\n");
        assertThat(running()).isEmpty();
    }

    @Test
    void processes_are_shown_and_changed_while_they_run() throws Exception {
        var up = up("--port", "0").awaitOutput("Ready after");
        assertThat(ps().output())
                .startsWith("process ")
                .containsPattern("kafka-1 +up +\\S+ \\S+ +\\d+ MiB +\\d+\\n")
                .containsPattern("orders\\.1 +up +\\S+ \\S+ +\\d+/512 MiB +\\d+\\n");

        assertThat(ps("scale", "orders=2").output()).containsPattern("orders\\.2 +up ");
        assertThat(logs("orders")).contains("orders.2 | orders.2 listens and has");
        assertThat(ps("--json", "pause", "orders.2").output())
                .startsWith("[{\"name\":\"")
                .contains("{\"name\":\"orders.2\",\"state\":\"up\",\"description\":\"up, paused\",");
        up.awaitOutput("  orders.2 up, paused");
        assertThat(ps("stop", "orders").output())
                .containsPattern("orders\\.1 +down ")
                .containsPattern("orders\\.2 +down ");
        assertThat(ps("restart", "orders.1").output())
                .containsPattern("orders\\.1 +up ")
                .containsPattern("orders\\.2 +down ");
        assertThat(ps("scale", "orders=1").output()).doesNotContain("orders.2");
        assertThat(ps("kill", "database").output()).containsPattern("database +crashed, restarts in ");
        up.awaitOutput("database is ready again");

        var tooMany = ps("scale", "web=2");
        assertThat(tooMany.output())
                .isEqualTo("web can have from 0 to 1 processes, not 2: senders know one port, and there is no router"
                        + " before it as on the PaaS.\n");
        assertThat(tooMany.exitCode()).isOne();
        assertThat(ps("restart", "shop").output())
                .isEqualTo("There is no process shop, only these: kafka-1, database, web.1, orders.1.\n");
        assertThat(ps("slow", "web.1", "1").output())
                .isEqualTo("A process can have from 5 to 95 percent of the time, not 1.\n");
        assertThat(ps("--json", "run", "env").output())
                .as("secrets are for the script alone")
                .isEqualTo("Usage: bin/ps run COMMAND [ARGUMENT...], without an option before run.\n");
        assertThat(ps("run", "--environment").output())
                .containsPattern("export DYNO='run\\.\\d{4}'\n")
                .contains("export KAFKA_URL='", "export JAVA_OPTS='-Xmx300m ")
                .doesNotContain("JAVA_TOOL_OPTIONS");

        var certificate = certificate();
        var credentials = CommandProcess.start(KafkaCommand.class, folder, directory, "credentials", "--reset");
        assertThat(credentials.exitCode()).as(credentials.output()).isZero();
        up.awaitOutput("web.1 is ready again").awaitOutput("orders.1 is ready again");
        assertThat(certificate()).isNotEqualTo(certificate);
        assertThat(Files.readString(directory.resolve("config-vars.json")))
                .contains(certificate().replace("\n", "\\n"));

        assertThat(ps("pause", "web.1").exitCode()).isZero();
        up.terminate();
        assertThat(up.exitCode()).isEqualTo(128 + 15);
        assertThat(up.output()).doesNotContain("R12");
        var stopped = ps();
        assertThat(stopped.output())
                .isEqualTo("No bin/up runs in " + directory + ": start it, or name its folder in MILLRACE_HOME.\n");
        assertThat(stopped.exitCode()).isOne();
    }

    @Test
    void a_process_that_is_left_out_starts_elsewhere_with_its_environment_and_another_takes_a_debugger()
            throws Exception {
        var up = up("--port", "0", "--without", "orders", "--debug", "web").awaitOutput("Ready after");
        var environment = directory.resolve("orders.env");
        assertThat(up.output())
                .contains("Not started: orders, expected at " + property("orders.url") + ". Its environment is in "
                        + environment + ".")
                .doesNotContain("orders.1  ");
        assertThat(running()).contains("web.1").doesNotContain("orders");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(environment)))
                .isEqualTo("rw-------");

        var shell = "set -a; . '%s'; eval \"$(sed -n 's/^orders: //p' Procfile)\"".formatted(environment);
        var orders = new ProcessBuilder("sh", "-c", shell)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        try (var output = orders.inputReader()) {
            assertThat(output.readLine()).startsWith("Picked up JAVA_TOOL_OPTIONS: -Xmx300m ");
            assertThat(output.readLine()).startsWith("orders.1 listens and has").contains("KAFKA_CLIENT_CERT_KEY");
            var ready = URI.create(property("orders.url") + "/q/health/ready").toURL();
            assertThat(((HttpURLConnection) ready.openConnection()).getResponseCode())
                    .isEqualTo(200);
        } finally {
            orders.destroyForcibly().waitFor();
        }

        assertThat(handshake(debugger(up.output(), "web"))).isEqualTo(HANDSHAKE);

        up.terminate();
        assertThat(up.exitCode()).isEqualTo(128 + 15);
    }

    @Test
    void credentials_are_reset_and_a_broker_fails_while_it_runs() throws Exception {
        var up = up("--port", "0").awaitOutput("Ready after");
        var vars = directory.resolve("config-vars.json");
        var former = Json.MAPPER.readTree(Files.readString(vars));
        var web = processLine("web");

        var reset = kafka("credentials", "--reset");

        assertThat(reset.exitCode()).as(reset.output()).isZero();
        assertThat(reset.output()).startsWith("The credentials were reset");
        assertThat(Json.MAPPER.readTree(Files.readString(vars)).path("KAFKA_CLIENT_CERT"))
                .isNotEqualTo(former.path("KAFKA_CLIENT_CERT"));
        await().atMost(Duration.ofSeconds(60))
                .until(() -> processLine("web"), line -> !line.isEmpty() && !line.equals(web));

        var fail = kafka("fail", "--confirm", "millrace");
        assertThat(fail.exitCode()).as(fail.output()).isZero();
        assertThat(fail.output()).contains("Triggered failure on node 127.0.0.1:");
        await().atMost(Duration.ofSeconds(60)).until(() -> kafka("topics").exitCode() == 0);

        up.terminate();
        assertThat(up.exitCode()).isEqualTo(128 + 15);
    }

    @Test
    void an_unknown_process_and_what_there_cannot_be_are_refused_before_data_is_removed() throws Exception {
        var values = Files.readString(directory.resolve("platform.properties"));

        var without = up("--fresh", "--without", "shop");
        assertThat(without.exitCode()).isOne();
        assertThat(without.output()).isEqualTo("There is no process shop to start, only these: web, orders.\n");

        var debug = up("--fresh", "--without", "orders", "--debug", "orders");
        assertThat(debug.exitCode()).isOne();
        assertThat(debug.output()).isEqualTo("There is no process orders to start, only these: web.\n");

        var brokers = up("--fresh", "--brokers", "9");
        assertThat(brokers.exitCode()).isOne();
        assertThat(brokers.output()).isEqualTo("A platform has 1 to 8 brokers, not 9.\n");

        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var port = up("--fresh", "--port", Integer.toString(taken.getLocalPort()));
            assertThat(port.exitCode()).isOne();
            assertThat(port.output()).contains(", meant for web, is in use");
        }
        assertThat(directory.resolve("platform.properties")).hasContent(values);
    }

    @Test
    void a_port_in_use_is_named_and_nothing_is_left_running() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var up = up("--port", Integer.toString(taken.getLocalPort()));

            assertThat(up.exitCode()).isOne();
            assertThat(up.output().lines())
                    .singleElement()
                    .asString()
                    .startsWith("Port " + taken.getLocalPort() + ", meant for web, is in use");
            assertThat(running()).isEmpty();
        }
    }

    @Test
    void a_release_that_fails_ends_the_start_with_its_last_lines() throws Exception {
        Files.writeString(folder.resolve("Procfile"), "release: echo 'no such table'; exit 4\nweb: exec sleep 1000\n");

        var up = up("--port", "0");

        assertThat(up.exitCode()).isOne();
        assertThat(up.output()).contains("The release has failed:\nno such table\n");
        assertThat(running()).isEmpty();
    }

    @Test
    void a_broker_that_ends_during_the_release_is_started_again() throws Exception {
        var broker = "\"$(sed -n 's/ .* kafka-1$//p' '%s/processes')\"".formatted(directory);
        Files.writeString(
                folder.resolve("Procfile"),
                "release: old=" + broker + "; kill -9 \"$old\"; for i in $(seq 300); do sleep 0.1; [ " + broker
                        + " = \"$old\" ] || exit 0; done; exit 7\nweb: exec sleep 1000\n");

        var up = up("--port", "0").awaitOutput("kafka-1 has ended").awaitOutput("Starting web");

        assertThat(up.output()).doesNotContain("The release has failed");
    }

    @Test
    void a_port_that_there_is_not_is_refused() throws Exception {
        var up = up("--port", "-1");

        assertThat(up.exitCode()).isOne();
        assertThat(up.output()).isEqualTo("--port has to be from 0 to 65535, and is -1.\n");
    }

    @Test
    void data_of_another_version_is_refused_in_a_sentence_before_anything_starts() throws Exception {
        directory = folder.resolve("another");
        Files.createDirectories(directory.resolve("data/database"));
        Files.writeString(directory.resolve("lock"), "");
        Files.deleteIfExists(directory.resolve("data/format"));

        var up = up("--port", "0");

        assertThat(up.exitCode()).isOne();
        assertThat(up.output().lines())
                .singleElement()
                .asString()
                .startsWith("The data in " + directory + " was written by another version of Millrace")
                .contains("bin/up --fresh removes it and starts empty");
    }

    @Test
    void data_of_another_plan_is_refused_in_a_sentence_before_anything_starts() throws Exception {
        var up = up("--port", "0", "--plan", "basic-0");

        assertThat(up.exitCode()).isOne();
        assertThat(up.output().lines())
                .singleElement()
                .asString()
                .startsWith("The data in " + directory
                        + " is of bin/up --plan standard-0: with --plan basic-0, bin/up --fresh");
    }

    @Test
    void a_folder_that_cannot_be_written_is_named() throws Exception {
        directory = Files.createFile(folder.resolve("file")).resolve("home");

        var up = up();

        assertThat(up.exitCode()).isOne();
        assertThat(up.output().lines()).singleElement().asString().startsWith("No write access to " + directory);
    }

    @Test
    void logs_of_an_unknown_process_are_refused_with_the_known_ones() throws Exception {
        Files.createDirectories(directory.resolve("logs"));
        Files.writeString(directory.resolve("logs/web.1.log"), "a line\n");
        Files.writeString(directory.resolve("logs/web.1.previous.log"), "an old line\n");
        Files.writeString(directory.resolve("logs/web.2.log"), "a line of the second\n");

        assertThat(logs("web")).isEqualTo("web.1 | a line\nweb.2 | a line of the second\n");
        assertThat(logs("web.1")).isEqualTo("web.1 | a line\n");
        assertThat(logs("shop")).startsWith("There is no log of shop").contains("[web.1, web.2]");
    }

    private CommandProcess up(String... arguments) throws IOException {
        var all = new String[arguments.length + 1];
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        all[0] = "--no-traffic";
        started.add(CommandProcess.start(UpCommand.class, folder, directory, all));
        return started.getLast();
    }

    /** Port at which the process takes a debugger, by the output of bin/up. */
    private static int debugger(String output, String process) {
        var port = Pattern.compile("A debugger of " + process + " can attach to 127\\.0\\.0\\.1:(\\d+)\\.")
                .matcher(output);
        assertThat(port.find()).as("a port for a debugger in " + output).isTrue();
        return Integer.parseInt(port.group(1));
    }

    /** Answer to the first bytes of a debugger: the JVM repeats them. */
    private static String handshake(int port) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(HANDSHAKE.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readNBytes(HANDSHAKE.length()), StandardCharsets.US_ASCII);
        }
    }

    /** Certificate of the client in the environment that a process starts with now. */
    private String certificate() throws Exception {
        var variable = Pattern.compile("export KAFKA_CLIENT_CERT='([^']+)'")
                .matcher(ps("run", "--environment").output());
        assertThat(variable.find()).isTrue();
        return variable.group(1);
    }

    private CommandProcess ps(String... arguments) throws Exception {
        var ps = CommandProcess.start(PsCommand.class, folder, directory, arguments);
        ps.exitCode();
        return ps;
    }

    /** Line of a process in the list of those that run; another one after its next start. */
    private String processLine(String process) throws IOException {
        return running()
                .lines()
                .filter(line -> line.contains(process))
                .findFirst()
                .orElse("");
    }

    private CommandProcess kafka(String... arguments) throws IOException {
        return CommandProcess.start(KafkaCommand.class, folder, directory, arguments);
    }

    private String logs(String process) throws Exception {
        var logs = CommandProcess.start(LogsCommand.class, folder, directory, process);
        logs.exitCode();
        return logs.output();
    }

    private String property(String name) throws IOException {
        var properties = new Properties();
        try (var file = Files.newBufferedReader(directory.resolve("millrace.properties"))) {
            properties.load(file);
        }
        return properties.getProperty(name);
    }

    private void crash(String process) throws IOException {
        var url = URI.create(property(process + ".url") + "/crash").toURL();
        var connection = (HttpURLConnection) url.openConnection();
        assertThatThrownBy(connection::getResponseCode).isInstanceOf(IOException.class);
    }

    private String running() throws IOException {
        return Files.readString(directory.resolve("processes"));
    }
}

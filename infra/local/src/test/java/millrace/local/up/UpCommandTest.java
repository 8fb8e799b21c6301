package millrace.local.up;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import millrace.local.PreparedPlatform;
import millrace.local.Secrets;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(240)
@Tag("platform")
@Tag("long")
class UpCommandTest {
    @TempDir
    private Path folder;

    private Path directory;

    @BeforeEach
    void write() throws IOException {
        directory = folder.resolve("home");
        PreparedPlatform.copyInto(directory, folder);
        var fake = "exec java -Xmx32m -cp '%s' %s"
                .formatted(System.getProperty("java.class.path"), FakeService.class.getName());
        Files.writeString(
                folder.resolve("Procfile"),
                "release: echo released\nweb: " + fake + "\norders: " + fake + " orders-service/\n");
    }

    @Test
    void one_command_runs_everything_until_it_is_told_to_stop() throws Exception {
        var up = up("--port", "0").awaitOutput("Ready after");
        assertThat(up.output()).contains("kafka-1  ", "database  ", "web  ", "orders  ", "together  ");
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
        up.awaitOutput("web has ended and is started again in 1 s").awaitOutput("web is ready again");
        assertThat(logs("web"))
                .contains("web | web.1 listens and has", "API_KEYS")
                .doesNotContain("MILLRACE_HOME");

        up.kill();
        assertThat(up.exitCode()).isNotZero();
        assertThat(running()).isNotEmpty();
        var again = up("--port", "0").awaitOutput("Ready after");
        assertThat(again.output())
                .startsWith("Stopped processes of a killed bin/up: ")
                .contains("web", "orders", "kafka-1", "database");
        assertThat(property("api-key.reader")).isEqualTo(key);

        again.terminate();
        assertThat(again.exitCode()).isEqualTo(128 + 15);
        assertThat(again.output()).endsWith("Stopping\n");
        assertThat(running()).isEmpty();
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
    void a_folder_that_cannot_be_written_is_named() throws Exception {
        directory = Files.createFile(folder.resolve("file")).resolve("home");

        var up = up();

        assertThat(up.exitCode()).isOne();
        assertThat(up.output().lines()).singleElement().asString().startsWith("No write access to " + directory);
    }

    @Test
    void logs_of_an_unknown_process_are_refused_with_the_known_ones() throws Exception {
        Files.createDirectories(directory.resolve("logs"));
        Files.writeString(directory.resolve("logs/web.log"), "a line\n");
        Files.writeString(directory.resolve("logs/web.previous.log"), "an old line\n");

        assertThat(logs("web")).isEqualTo("web | a line\n");
        assertThat(logs("shop")).startsWith("There is no log of shop").contains("[web]");
    }

    private CommandProcess up(String... arguments) throws IOException {
        var all = new String[arguments.length + 1];
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        all[0] = "--no-traffic";
        return CommandProcess.start(UpCommand.class, folder, directory, all);
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

package millrace.local.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import millrace.local.DataDirectory;
import millrace.local.LoopbackTls;
import millrace.local.StartException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a killed {@code bin/up} leaves behind, and whoever listens at its port then. */
@Timeout(60)
class ControlClientTest {
    @TempDir
    private Path folder;

    private final List<String> calls = new CopyOnWriteArrayList<>();

    @Test
    void a_file_of_a_killed_bin_up_is_no_running_one() throws Exception {
        var stale = stale("https://localhost:1");

        try (var client = ControlClient.of(stale)) {
            assertThatThrownBy(() -> client.call("GET", "/processes", null))
                    .isInstanceOf(StartException.class)
                    .hasMessage("No bin/up runs in " + stale + ": start it, or name its folder in MILLRACE_HOME.");
        }

        Files.delete(LoopbackTls.certificate(stale));
        assertThatThrownBy(() -> ControlClient.of(stale))
                .isInstanceOf(StartException.class)
                .hasMessageStartingWith("No bin/up runs in " + stale);
    }

    @Test
    void the_token_goes_to_no_other_server_at_the_port() throws Exception {
        var routes = new ControlRoutes().add("GET", "/processes", call -> {
            calls.add("called");
            return List.of();
        });
        try (var directory = DataDirectory.open(folder.resolve("another"));
                var another = ControlServer.start(directory, routes, calls::add);
                var client = ControlClient.of(stale(another.url()))) {
            assertThatThrownBy(() -> client.call("GET", "/processes", null))
                    .isInstanceOf(StartException.class)
                    .hasMessageStartingWith("bin/up does not answer at " + another.url() + ": ");
        }
        assertThat(calls).isEmpty();
    }

    @Test
    void a_file_without_an_address_is_named() throws IOException {
        var stale = stale("https://localhost:1");
        var file = Files.writeString(stale.resolve(ControlServer.FILE), "");

        assertThatThrownBy(() -> ControlClient.of(stale))
                .isInstanceOf(StartException.class)
                .hasMessage(file + " has no url and token: stop bin/up and start it again.");
    }

    /** Data directory as a killed bin/up leaves it. */
    private Path stale(String url) throws IOException {
        try (var directory = DataDirectory.open(folder.resolve("home"));
                var server = ControlServer.start(directory, new ControlRoutes(), calls::add)) {
            assertThat(server.url()).startsWith("https://");
        }
        var home = folder.resolve("home");
        Files.writeString(home.resolve(ControlServer.FILE), "url=" + url + "\ntoken=secret\n");
        return home;
    }
}

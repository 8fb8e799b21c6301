package millrace.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {
    @TempDir
    Path folder;

    @Test
    void nobody_else_reads_it() throws IOException {
        try (var home = DataDirectory.open(folder)) {
            assertThat(Files.getPosixFilePermissions(folder)).isEqualTo(PosixFilePermissions.fromString("rwx------"));
            assertThat(Files.getPosixFilePermissions(home.write("secret", "x")))
                    .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        }
    }

    @Test
    void a_folder_of_somebody_else_is_left_alone() throws IOException {
        Files.createDirectory(folder.resolve("photographs"));

        assertThatThrownBy(() -> DataDirectory.open(folder))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("other things");
    }

    @Test
    void a_folder_that_cannot_be_written_is_named() throws IOException {
        var file = Files.createFile(folder.resolve("file"));

        assertThatThrownBy(() -> DataDirectory.open(file.resolve("home")))
                .isInstanceOf(StartException.class)
                .hasMessageStartingWith("No write access to " + file.resolve("home"));
    }

    @Test
    void what_it_remembers_is_there_until_it_is_cleared() {
        try (var home = DataDirectory.open(folder)) {
            home.remember("prefix", () -> "first@/%:");
        }
        try (var home = DataDirectory.open(folder)) {
            assertThat(home.remember("prefix", () -> "second")).isEqualTo("first@/%:");
            home.clear();
            assertThat(home.remember("prefix", () -> "third")).isEqualTo("third");
        }
    }

    @Test
    void a_port_stays_the_same_while_nobody_else_has_taken_it() throws IOException {
        try (var home = DataDirectory.open(folder)) {
            var port = home.port("web");

            assertThat(home.port("web")).isEqualTo(port);
            try (var taken = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                assertThat(home.port("web")).isNotEqualTo(taken.getLocalPort());
            }
        }
    }

    @Test
    void what_a_killed_platform_left_behind_is_ended() {
        ManagedProcess orphan;
        try (var home = DataDirectory.open(folder)) {
            orphan = ManagedProcess.start(home, "orphan", folder, Map.of(), List.of("/bin/sleep", "1000"));
        }

        try (var home = DataDirectory.open(folder)) {
            assertThat(home.endOrphans()).containsExactly("orphan");
            assertThat(orphan.isAlive()).isFalse();
            assertThat(home.endOrphans()).isEmpty();
        }
    }

    @Test
    void a_stranger_with_the_number_of_an_orphan_is_left_alone() throws IOException {
        try (var home = DataDirectory.open(folder)) {
            var stranger = ManagedProcess.start(home, "stranger", folder, Map.of(), List.of("/bin/sleep", "1000"));
            home.write("processes", stranger.pid() + " 1700000000000 orphan\n");

            assertThat(home.endOrphans()).isEmpty();
            assertThat(stranger.isAlive()).isTrue();
            stranger.stop(Duration.ofSeconds(5));
        }
    }

    @Test
    void a_key_press_that_interrupts_the_platform_does_not_reach_its_processes() throws Exception {
        try (var home = DataDirectory.open(folder)) {
            var child = ManagedProcess.start(home, "child", folder, Map.of(), List.of("/bin/sleep", "1000"));

            child.stop("INT", Duration.ofMillis(300));

            assertThat(child.isAlive()).isFalse();
            assertThat(child.exitCode())
                    .as("killed, 128 + 9, and not interrupted, 128 + 2")
                    .hasValue(137);
        }
    }

    @Test
    void a_log_begins_anew_with_each_start_and_keeps_the_one_before() throws IOException {
        try (var home = DataDirectory.open(folder)) {
            print(home, "first");
            var log = print(home, "second");

            assertThat(log.path()).hasContent("second");
            assertThat(log.path().resolveSibling("printer.previous.log")).hasContent("first");
        }
    }

    private LogFile print(DataDirectory home, String text) {
        var child = ManagedProcess.start(home, "printer", folder, Map.of(), List.of("/bin/echo", text));
        assertThat(child.endsWithin(Duration.ofSeconds(10))).isTrue();
        assertThat(child.exitCode()).hasValue(0);
        return child.log();
    }
}

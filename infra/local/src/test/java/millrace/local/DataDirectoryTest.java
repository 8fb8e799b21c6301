package millrace.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

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
    void only_its_owner_reads_it() throws IOException {
        try (var directory = DataDirectory.open(folder)) {
            assertThat(Files.getPosixFilePermissions(folder)).isEqualTo(PosixFilePermissions.fromString("rwx------"));
            assertThat(Files.getPosixFilePermissions(directory.write("secret", "x")))
                    .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        }
    }

    @Test
    void a_folder_with_other_contents_is_left_alone() throws IOException {
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
    void a_persistent_value_stays_until_it_is_cleared() {
        try (var directory = DataDirectory.open(folder)) {
            directory.getOrCreate("prefix", () -> "first@/%:");
        }
        try (var directory = DataDirectory.open(folder)) {
            assertThat(directory.getOrCreate("prefix", () -> "second")).isEqualTo("first@/%:");
            directory.clear();
            assertThat(directory.getOrCreate("prefix", () -> "third")).isEqualTo("third");
        }
    }

    @Test
    void a_port_stays_the_same_while_it_is_free() throws IOException {
        try (var directory = DataDirectory.open(folder)) {
            var port = directory.port("web");

            assertThat(directory.port("web")).isEqualTo(port);
            try (var taken = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                assertThat(directory.port("web")).isNotEqualTo(taken.getLocalPort());
            }
        }
    }

    @Test
    void processes_of_a_killed_platform_are_stopped() {
        ManagedProcess orphan;
        try (var directory = DataDirectory.open(folder)) {
            orphan = ManagedProcess.start(directory, "orphan", folder, Map.of(), List.of("/bin/sleep", "1000"));
        }

        try (var directory = DataDirectory.open(folder)) {
            assertThat(directory.endOrphans()).containsExactly("orphan");
            assertThat(orphan.isAlive()).isFalse();
            assertThat(directory.endOrphans()).isEmpty();
        }
    }

    @Test
    void another_process_with_the_pid_of_an_orphan_is_left_alone() throws IOException {
        try (var directory = DataDirectory.open(folder)) {
            var stranger = ManagedProcess.start(directory, "stranger", folder, Map.of(), List.of("/bin/sleep", "1000"));
            directory.write("processes", stranger.pid() + " 1700000000000 orphan\n");

            assertThat(directory.endOrphans()).isEmpty();
            assertThat(stranger.isAlive()).isTrue();
            stranger.stop(Duration.ofSeconds(5));
        }
    }

    @Test
    void a_key_press_that_interrupts_the_platform_does_not_reach_its_processes() throws Exception {
        try (var directory = DataDirectory.open(folder)) {
            var command = List.of("/bin/sh", "-c", "echo started; exec sleep 1000");
            var child = ManagedProcess.start(directory, "child", folder, Map.of(), command);
            await("the command runs, which comes after its signals are set")
                    .until(() -> Files.readString(child.log().path()).contains("started"));

            child.stop("INT", Duration.ofMillis(300));

            assertThat(child.isAlive()).isFalse();
            assertThat(child.exitCode())
                    .as("killed, 128 + 9, and not interrupted, 128 + 2")
                    .hasValue(137);
        }
    }

    @Test
    void a_log_is_rotated_at_each_start() throws IOException {
        try (var directory = DataDirectory.open(folder)) {
            print(directory, "first");
            var log = print(directory, "second");

            assertThat(log.path()).hasContent("second");
            assertThat(log.path().resolveSibling("printer.previous.log")).hasContent("first");
        }
    }

    private LogFile print(DataDirectory directory, String text) {
        var child = ManagedProcess.start(directory, "printer", folder, Map.of(), List.of("/bin/echo", text));
        assertThat(child.endsWithin(Duration.ofSeconds(10))).isTrue();
        assertThat(child.exitCode()).hasValue(0);
        return child.log();
    }
}

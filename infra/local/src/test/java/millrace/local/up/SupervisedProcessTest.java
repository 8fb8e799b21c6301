package millrace.local.up;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import millrace.local.DataDirectory;
import millrace.local.Procfile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SupervisedProcessTest {
    private final List<String> messages = new ArrayList<>();
    private DataDirectory directory;
    private AppProcess server;
    private SupervisedProcess supervised;
    private Instant now = Instant.now();

    @BeforeEach
    void start(@TempDir Path folder) {
        directory = DataDirectory.open(folder);
        server = new AppProcess(
                directory,
                folder,
                new Procfile.Line("sleeper", "exec sleep 1000"),
                Map::of,
                "",
                Duration.ofSeconds(30));
        supervised = new SupervisedProcess(server, Optional.empty(), messages::add);
        supervised.start(now);
        check(Duration.ZERO);
    }

    @AfterEach
    void stop() {
        server.stop();
        directory.close();
    }

    @Test
    void a_process_that_ends_is_restarted() {
        end();
        check(Duration.ZERO);
        assertThat(supervised.description(now)).isEqualTo("crashed, restarts in 1 s");

        check(Duration.ofSeconds(1));
        check(Duration.ZERO);

        assertThat(server.process().isAlive()).isTrue();
        assertThat(supervised.state()).isEqualTo(SupervisedProcess.State.UP);
        assertThat(supervised.restarts()).isOne();
        assertThat(messages).first().asString().startsWith("sleeper has ended and is started again in 1 s");
    }

    @Test
    void the_delay_doubles_up_to_half_a_minute() {
        assertThat(pauses(7)).containsExactly(1L, 2L, 4L, 8L, 16L, 30L, 30L);
    }

    @Test
    void the_delay_is_short_again_after_a_stable_minute() {
        pauses(5);
        check(Duration.ofSeconds(90));

        assertThat(pauses(1)).containsExactly(1L);
    }

    @Test
    void a_failure_of_any_kind_at_a_restart_is_tried_again(@TempDir Path elsewhere) throws IOException {
        var log = server.process().log().path();
        end();
        check(Duration.ZERO);
        Files.move(log, elsewhere.resolve("log"));
        Files.createDirectory(log);

        check(Duration.ofSeconds(1));

        assertThat(messages).last().asString().startsWith("sleeper cannot start (");
        Files.delete(log);
        check(Duration.ofSeconds(2));
        assertThat(server.process().isAlive()).isTrue();
    }

    private List<Long> pauses(int count) {
        var pauses = new ArrayList<Long>();
        for (var i = 0; i < count; i++) {
            end();
            var seconds = 0L;
            do {
                check(Duration.ofSeconds(seconds == 0 ? 0 : 1));
                seconds++;
            } while (!server.process().isAlive());
            pauses.add(seconds - 1);
            check(Duration.ZERO);
        }
        return pauses;
    }

    private void end() {
        server.process().stop(Duration.ofSeconds(5));
    }

    private void check(Duration later) {
        now = now.plus(later);
        supervised.check(now);
    }
}

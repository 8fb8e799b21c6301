package millrace.local.up;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import millrace.local.DataDirectory;
import millrace.local.Procfile;
import millrace.local.control.ControlException;
import millrace.local.up.SupervisedProcess.State;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ProcessSupervisorTest {
    private static final Duration WITHIN = Duration.ofSeconds(20);
    private static final String SLEEPS = "echo runs; exec sleep 1000";

    /** Ends in an orderly way, after some time. */
    private static final String ENDS_LATE =
            "trap 'sleep 0.3; echo done; exit 0' TERM; echo runs; while :; do sleep 0.05; done";

    @TempDir
    private Path folder;

    private final List<String> messages = new CopyOnWriteArrayList<>();
    private DataDirectory directory;
    private ProcessSupervisor processes;

    @BeforeEach
    void open() {
        directory = DataDirectory.open(folder.resolve("home"));
        processes = new ProcessSupervisor(messages::add);
    }

    @AfterEach
    void close() {
        processes.close();
        assertThat(processes.all())
                .allSatisfy(process -> assertThat(process.process().isAlive()).isFalse());
        directory.close();
    }

    @Test
    void as_many_processes_run_as_are_asked_for_and_the_first_stays() throws Exception {
        start(SLEEPS);
        var first = pid("shop.1");

        processes.scale("shop", 3);
        awaitAllUp("shop.1", "shop.2", "shop.3");
        assertThat(pid("shop.1")).isEqualTo(first);

        processes.scale("shop", 1);
        awaitAllUp("shop.1");
        assertThat(pid("shop.1")).isEqualTo(first);

        processes.scale("shop", 0);
        awaitAllUp();
        assertThat(ProcessHandle.of(first).filter(ProcessHandle::isAlive)).isEmpty();

        processes.scale("shop", 2);
        awaitAllUp("shop.1", "shop.2");
        assertThat(messages).isEmpty();
    }

    @Test
    void a_process_that_is_wanted_again_while_it_ends_starts_after_its_end() throws Exception {
        start(ENDS_LATE);
        processes.scale("shop", 2);
        awaitAllUp("shop.1", "shop.2");
        var second = pid("shop.2");

        processes.scale("shop", 1);
        processes.scale("shop", 2);
        awaitAllUp("shop.1", "shop.2");

        assertThat(pid("shop.2")).isNotEqualTo(second);
        assertThat(previousLog("shop.2")).contains("done");
    }

    @Test
    void more_processes_than_allowed_and_unknown_names_are_refused() throws Exception {
        start(SLEEPS);

        assertThatThrownBy(() -> processes.scale("shop", 4))
                .isInstanceOf(ControlException.class)
                .hasMessage("shop can have from 0 to 3 processes, not 4: it is a test.");
        assertThatThrownBy(() -> processes.scale("shop.1", 1))
                .hasMessage("There is no process type shop.1 to scale, only these: shop.");
        assertThatThrownBy(() -> processes.named("sho"))
                .isInstanceOf(ControlException.class)
                .hasMessage("There is no process sho, only these: shop.1.");
    }

    @Test
    void a_restart_lets_the_process_end_before_the_next_one_starts() throws Exception {
        start(ENDS_LATE);
        var before = pid("shop.1");

        shop().restart(Instant.now());
        assertThat(shop().state()).isEqualTo(State.STOPPING);
        awaitAllUp("shop.1");

        assertThat(pid("shop.1")).isNotEqualTo(before);
        assertThat(previousLog("shop.1")).contains("done");
        assertThat(shop().restarts()).as("it did not crash").isZero();
    }

    @Test
    void new_credentials_restart_what_is_to_run_alone() throws Exception {
        start(ENDS_LATE);
        var before = pid("shop.1");

        shop().stop(Instant.now());
        shop().renew(Instant.now());
        awaitChecked(() -> shop().state() == State.DOWN);
        shop().renew(Instant.now());
        assertThat(shop().state()).as("it was stopped").isEqualTo(State.DOWN);

        shop().restart(Instant.now());
        awaitAllUp("shop.1");
        shop().renew(Instant.now());
        shop().renew(Instant.now());
        awaitAllUp("shop.1");
        assertThat(pid("shop.1")).isNotEqualTo(before);
    }

    @Test
    void a_stopped_process_stays_down_until_it_is_restarted_or_scaled() throws Exception {
        start(SLEEPS);

        shop().stop(Instant.now());
        awaitChecked(() -> shop().state() == State.DOWN);
        processes.check();
        assertThat(shop().process().isAlive()).isFalse();
        assertThat(processes.notReady()).isEmpty();
        assertThatThrownBy(() -> shop().pause(Instant.now()))
                .isInstanceOf(ControlException.class)
                .hasMessage("shop.1 is down: it cannot be paused.");

        shop().restart(Instant.now());
        awaitAllUp("shop.1");
        shop().stop(Instant.now());
        awaitChecked(() -> shop().state() == State.DOWN);
        processes.scale("shop", 1);
        awaitAllUp("shop.1");
    }

    @Test
    void a_killed_process_has_crashed_and_is_restarted_after_its_delay() throws Exception {
        start(SLEEPS);

        shop().kill(Instant.now());
        assertThat(shop().description(Instant.now())).startsWith("crashed, restarts in ");
        assertThat(messages).containsExactly("shop.1 has ended and is started again in 1 s; see bin/logs shop.1");

        awaitAllUp("shop.1");
        assertThat(shop().restarts()).isOne();

        shop().kill(Instant.now());
        shop().stop(Instant.now());
        assertThat(shop().state()).isEqualTo(State.DOWN);
        assertThat(directory.resolve("processes"))
                .as("the list of what a later start has to end")
                .isEmptyFile();
    }

    @Test
    void a_paused_process_does_nothing_until_it_is_resumed_and_ends_when_it_is_asked_to() throws Exception {
        start("trap 'echo done; exit 0' TERM; echo runs; while :; do sleep 0.05; done");

        shop().pause(Instant.now());
        await().atMost(WITHIN).until(() -> isSuspended(pid("shop.1")));
        assertThat(shop().description(Instant.now())).isEqualTo("up, paused");

        shop().resume(Instant.now());
        await().atMost(WITHIN).until(() -> !isSuspended(pid("shop.1")));

        shop().pause(Instant.now());
        shop().stop(Instant.now());
        awaitChecked(() -> shop().state() == State.DOWN);
        assertThat(shop().process().isOverdue()).isFalse();
        assertThat(Files.readString(shop().process().log().path())).contains("done");
        assertThat(shop().isPaused()).isFalse();
    }

    @Test
    void a_slow_process_gets_its_share_of_the_time() throws Exception {
        start("echo runs; while :; do :; done");
        var handle = ProcessHandle.of(pid("shop.1")).orElseThrow();

        shop().slow(20, Instant.now());
        assertThat(shop().description(Instant.now())).isEqualTo("up, at 20 %");
        var begin = Instant.now();
        var used = used(handle);
        await().atMost(WITHIN).until(() -> used(handle).minus(used).toMillis() >= 400);

        assertThat(Duration.between(begin, Instant.now()))
                .as("0.4 s of the processor take 2 s at 20 %")
                .isGreaterThan(Duration.ofMillis(1200));

        shop().resume(Instant.now());
        assertThat(shop().percent()).isEmpty();
        await().during(Duration.ofMillis(300)).atMost(WITHIN).until(() -> !isSuspended(handle.pid()));
    }

    private void start(String command) throws Exception {
        processes.start(new ProcessSupervisor.ProcessType("shop", 3, "it is a test.", number -> {
            var line = new Procfile.Line("shop." + number, command);
            var server = new AppProcess(
                    directory, folder, line, () -> Map.of("PATH", "/bin:/usr/bin"), "", Duration.ofSeconds(10));
            return new SupervisedProcess(server, Optional.empty(), messages::add);
        }));
        awaitAllUp("shop.1");
    }

    /** Checks until there are these processes and no others, all are up, and have printed that they run. */
    private void awaitAllUp(String... names) throws Exception {
        awaitChecked(() ->
                processes.all().stream().map(SupervisedProcess::name).toList().equals(List.of(names))
                        && processes.all().stream()
                                .allMatch(process -> process.state() == State.UP && hasPrinted(process)));
    }

    private static boolean hasPrinted(SupervisedProcess process) {
        return process.process().log().lastLines(1).contains("runs");
    }

    private void awaitChecked(Callable<Boolean> condition) {
        await().atMost(WITHIN).pollInterval(Duration.ofMillis(50)).until(() -> {
            processes.check();
            return condition.call();
        });
    }

    private SupervisedProcess shop() {
        return processes.named("shop.1").getFirst();
    }

    private long pid(String name) {
        return processes.named(name).getFirst().process().pid();
    }

    private String previousLog(String name) throws IOException {
        return Files.readString(directory.resolve("logs/" + name + ".previous.log"));
    }

    private static Duration used(ProcessHandle process) {
        return process.info().totalCpuDuration().orElseThrow();
    }

    private static boolean isSuspended(long pid) throws IOException {
        var ps = new ProcessBuilder("ps", "-o", "stat=", "-p", Long.toString(pid)).start();
        try (var output = ps.inputReader()) {
            return String.valueOf(output.readLine()).strip().startsWith("T");
        }
    }
}

package millrace.console.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import millrace.console.call.ConsoleException;
import millrace.events.Json;
import millrace.local.StartException;
import millrace.local.control.ControlException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FaultsTest {
    private static final Duration LONG = Duration.ofMinutes(10);
    private static final Duration SHORT = Duration.ofSeconds(1);

    @TempDir
    private Path home;

    private final Supervisor supervisor = new Supervisor();
    private Faults faults;

    @BeforeEach
    void open() {
        faults = Faults.open(supervisor, home);
    }

    @AfterEach
    void close() {
        faults.close();
    }

    @Test
    void a_fault_is_undone_when_its_time_is_over() throws InterruptedException {
        faults.start(FaultKind.PAUSE, "orders.1", null, SHORT, "a test");
        assertThat(supervisor.calls()).containsExactly("/processes/orders.1/pause null");

        await().until(() -> faults.current().isEmpty());

        assertThat(supervisor.calls()).contains("/processes/orders.1/resume null");
        assertThat(faults.history(10)).singleElement().satisfies(fault -> {
            assertThat(fault.by()).isEqualTo("a test");
            assertThat(fault.outcome()).isEqualTo("Undone when its time was over.");
            assertThat(fault.endedAt()).isAfterOrEqualTo(fault.endsAt());
        });
    }

    @Test
    void a_console_that_starts_anew_undoes_what_its_predecessor_did() throws InterruptedException {
        faults.start(FaultKind.STOP, "orders", null, SHORT, "a test");
        faults.close();
        assertThat(supervisor.calls())
                .containsExactly("/processes/orders.1/stop null", "/processes/orders.2/stop null");

        faults = Faults.open(supervisor, home);

        await().until(() -> faults.current().isEmpty());
        assertThat(supervisor.calls()).contains("/processes/orders.1/restart null", "/processes/orders.2/restart null");
    }

    @Test
    void a_process_that_somebody_else_has_started_again_is_left_alone() throws InterruptedException {
        var fault = faults.start(FaultKind.STOP, "orders.1", null, LONG, "a test");
        supervisor.set("orders.1", "state", "up");

        faults.revert(fault.id(), "a person");

        assertThat(supervisor.calls()).containsExactly("/processes/orders.1/stop null");
        assertThat(faults.history(1).getFirst().outcome()).isEqualTo("Undone by a person.");
    }

    @Test
    void scale_is_undone_to_the_number_of_before() throws InterruptedException {
        var fault = faults.start(FaultKind.SCALE, "orders", 4L, LONG, "a test");

        faults.revert(fault.id(), "a test");

        assertThat(supervisor.calls())
                .containsExactly("/processes/orders/scale {quantity=4}", "/processes/orders/scale {quantity=2}");
    }

    @Test
    void a_process_has_one_fault_at_a_time() throws InterruptedException {
        faults.start(FaultKind.SLOW, "orders.1", 20L, LONG, "a test");

        assertThatThrownBy(() -> faults.start(FaultKind.PAUSE, "orders", null, LONG, "a test"))
                .isInstanceOf(ConsoleException.class)
                .hasMessage("orders.1 has a fault already (slow, number 1): undo that first.");
        assertThat(faults.current()).hasSize(1);
    }

    @Test
    void what_mends_by_itself_is_over_at_once() throws InterruptedException {
        faults.start(FaultKind.KILL, "orders.1", null, LONG, "a test");
        faults.start(FaultKind.FAIL, "", null, LONG, "a test");

        assertThat(faults.current()).isEmpty();
        assertThat(supervisor.calls())
                .containsExactly("/processes/orders.1/kill null", "/data/kafka/v0/clusters/KAFKA/induce-failure {}");
        assertThat(faults.history(10)).extracting(Fault::outcome).containsOnly("It mends by itself.");
    }

    @Test
    void a_refused_fault_is_not_in_the_history() {
        supervisor.refusal = new ControlException(409, "conflict", "It cannot be paused.");

        assertThatThrownBy(() -> faults.start(FaultKind.PAUSE, "orders.1", null, LONG, "a test"))
                .hasMessage("It cannot be paused.");

        assertThat(faults.history(10)).isEmpty();
    }

    @Test
    void a_fault_whose_answer_is_lost_is_undone() throws InterruptedException {
        supervisor.refusal = new StartException("bin/up does not answer.");

        assertThatThrownBy(() -> faults.start(FaultKind.PAUSE, "orders.1", null, LONG, "a test"))
                .hasMessage("bin/up does not answer.");

        await().until(() -> faults.current().isEmpty());
        assertThat(supervisor.calls()).contains("/processes/orders.1/resume null");
    }

    @Test
    void an_undo_that_fails_is_tried_again() throws InterruptedException {
        var fault = faults.start(FaultKind.PAUSE, "orders.1", null, LONG, "a test");
        supervisor.refusal = new StartException("bin/up does not answer.");

        assertThatThrownBy(() -> faults.revert(fault.id(), "a test")).hasMessageContaining("is tried again");
        assertThat(faults.current().getFirst().problem()).isEqualTo("bin/up does not answer.");

        supervisor.refusal = null;
        assertThat(faults.revertAll("a test")).hasSize(1);
    }

    @Test
    void faults_outside_the_limits_are_refused() {
        assertRefused(FaultKind.SLOW, "orders.1", 99L, LONG, "value has to be from 5 to 95, not 99.");
        assertRefused(FaultKind.SLOW, "orders.1", null, LONG, "The kind slow needs a value.");
        assertRefused(FaultKind.PAUSE, "", null, LONG, "The name of a process is missing.");
        assertRefused(FaultKind.PAUSE, "nobody", null, LONG, "There is no process nobody");
        assertRefused(FaultKind.PAUSE, "console", null, LONG, "does none to itself");
        assertRefused(FaultKind.PAUSE, "orders.1", null, Duration.ofHours(2), "from 1 to 3600 seconds");
        assertThat(supervisor.calls()).isEmpty();
    }

    @Test
    void the_history_has_a_limit() throws InterruptedException {
        var first = faults.start(FaultKind.PAUSE, "orders.1", null, LONG, "a test");
        for (var number = 0; number < Faults.MOST_KEPT; number++) {
            faults.start(FaultKind.KILL, "orders.2", null, LONG, "a test");
        }

        assertThat(faults.history(1000)).hasSize(Faults.MOST_KEPT);
        assertThat(faults.current()).extracting(Fault::id).containsExactly(first.id());
    }

    @Test
    void a_file_that_cannot_be_read_is_kept_under_another_name() throws IOException {
        faults.close();
        Files.writeString(home.resolve("faults.json"), "{");

        faults = Faults.open(supervisor, home);

        assertThat(faults.history(10)).isEmpty();
        assertThat(home.resolve("faults.json.unreadable")).hasContent("{");
    }

    @Test
    void a_game_goes_on_after_a_restart_and_ends_by_itself() throws InterruptedException {
        var game = faults.play(7, 10, 3, "a test");
        assertThatThrownBy(() -> faults.play(8, 10, 3, "a test")).hasMessageContaining("A game runs already");
        faults.close();
        faults = Faults.open(supervisor, home);

        await().atMost(Duration.ofSeconds(30))
                .until(() -> !faults.game().orElseThrow().isRunning());
        await().until(() -> faults.current().isEmpty());

        var played = faults.history(100).reversed();
        assertThat(played).extracting(Fault::by).containsOnly("game");
        assertThat(played)
                .extracting(fault -> fault.kind() + " " + fault.process())
                .containsExactlyElementsOf(game.moves().stream()
                        .map(move -> move.kind() + " " + move.process())
                        .toList());
        assertThat(played).isNotEmpty();
    }

    private void assertRefused(FaultKind kind, String process, Long value, Duration duration, String sentence) {
        assertThatThrownBy(() -> faults.start(kind, process, value, duration, "a test"))
                .isInstanceOf(ConsoleException.class)
                .hasMessageContaining(sentence);
    }

    /** A control API with three processes; calls have effect at once. */
    private static final class Supervisor implements Faults.Control {
        private final Map<String, Map<String, Object>> processes = new LinkedHashMap<>();
        private final List<String> calls = new ArrayList<>();
        private volatile RuntimeException refusal;

        Supervisor() {
            List.of("kafka-1", "orders.1", "orders.2", "console").forEach(name -> {
                processes.put(name, new LinkedHashMap<>(Map.of("name", name, "state", "up", "paused", false)));
            });
        }

        synchronized List<String> calls() {
            return List.copyOf(calls);
        }

        synchronized void set(String process, String field, Object value) {
            processes.get(process).put(field, value);
        }

        @Override
        public synchronized JsonNode call(String method, String path, Object body) {
            if (path.equals("/processes")) {
                return Json.MAPPER.valueToTree(processes.values());
            }
            calls.add(path + " " + body);
            var parts = path.split("/");
            var process = parts[2];
            var lost = refusal instanceof StartException;
            if (refusal != null && !lost) {
                throw refusal;
            }
            switch (parts[3]) {
                case "pause" -> set(process, "paused", true);
                case "resume" -> {
                    if (!lost) {
                        set(process, "paused", false);
                        processes.get(process).remove("percent");
                    }
                }
                case "slow" -> set(process, "percent", 20);
                case "stop" -> set(process, "state", "down");
                case "restart" -> set(process, "state", "up");
                default -> {
                    // Of no matter here.
                }
            }
            if (lost) {
                var failure = refusal;
                refusal = parts[3].equals("pause") ? null : refusal;
                throw failure;
            }
            return Json.MAPPER.createObjectNode();
        }
    }
}

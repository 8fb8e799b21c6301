package millrace.local.up;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import millrace.local.DataDirectory;
import millrace.local.Procfile;
import millrace.local.control.ControlClient;
import millrace.local.control.ControlException;
import millrace.local.control.ControlRoutes;
import millrace.local.control.ControlServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Calls for a type of two processes. A process that was asked to end is ending until the next check. */
@Timeout(60)
class ProcessRoutesTest {
    private static final Duration WITHIN = Duration.ofSeconds(20);

    @TempDir
    private Path folder;

    private final List<String> messages = new CopyOnWriteArrayList<>();
    private DataDirectory directory;
    private ProcessSupervisor processes;
    private ControlServer server;
    private ControlClient client;

    @BeforeEach
    void start() {
        directory = DataDirectory.open(folder.resolve("home"));
        processes = new ProcessSupervisor(messages::add);
        processes.start(new ProcessSupervisor.ProcessType("shop", 3, "it is a test.", number -> {
            var line = new Procfile.Line("shop." + number, "exec sleep 1000");
            var process = new AppProcess(
                    directory, folder, line, () -> Map.of("PATH", "/bin:/usr/bin"), "", Duration.ofSeconds(10));
            return new SupervisedProcess(process, Optional.empty(), messages::add);
        }));
        processes.scale("shop", 2);
        var routes = new ControlRoutes();
        ProcessRoutes.add(routes, processes, Map::of);
        server = ControlServer.start(directory, routes, messages::add);
        client = ControlClient.of(directory.path());
        awaitStates("shop.1 up", "shop.2 up");
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
        processes.close();
        directory.close();
    }

    @Test
    void a_process_that_ends_because_fewer_are_asked_for_is_not_restarted_with_its_type() throws Exception {
        processes.scale("shop", 1);

        assertThat(names(post("shop/restart"))).containsExactly("shop.1");
        assertThatThrownBy(() -> post("shop.2/restart"))
                .isInstanceOf(ControlException.class)
                .hasMessage("shop.2 ends, because fewer processes are asked for: bin/ps scale asks for more.");

        awaitStates("shop.1 up");
    }

    @Test
    void a_verb_for_a_type_changes_those_of_its_processes_that_run() throws Exception {
        post("shop.1/stop");
        awaitStates("shop.1 down", "shop.2 up");

        assertThat(names(post("shop/pause"))).containsExactly("shop.2");
        assertThat(names(post("shop/resume"))).containsExactly("shop.2");
        assertThat(names(post("shop/kill"))).containsExactly("shop.2");
        post("shop.2/stop");
        awaitStates("shop.1 down", "shop.2 down");
        assertThatThrownBy(() -> post("shop/pause"))
                .isInstanceOf(ControlException.class)
                .hasMessage("shop.1 is down: it cannot be paused.");
    }

    @Test
    void a_name_with_any_characters_is_refused_as_it_was_given() {
        assertThatThrownBy(() -> post(ControlClient.part("a b/../+\u001b") + "/stop"))
                .isInstanceOf(ControlException.class)
                .hasMessage("There is no process a b/../+\u001b, only these: shop.1, shop.2.");
    }

    private JsonNode post(String path) throws InterruptedException {
        return client.call("POST", "/processes/" + path, null);
    }

    private static List<String> names(JsonNode answer) {
        var names = new ArrayList<String>();
        answer.forEach(process -> names.add(process.path("name").asText()));
        return names;
    }

    private void awaitStates(String... states) {
        awaitChecked(() -> processes.all().stream()
                .map(process -> process.name() + " " + process.state().word())
                .toList()
                .equals(List.of(states)));
    }

    private void awaitChecked(Callable<Boolean> condition) {
        await().atMost(WITHIN).pollInterval(Duration.ofMillis(50)).until(() -> {
            processes.check();
            return condition.call();
        });
    }
}

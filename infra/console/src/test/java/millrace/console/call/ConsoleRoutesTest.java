package millrace.console.call;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ConsoleRoutesTest {
    @Test
    void calls_that_read_much_run_one_after_the_other() throws Exception {
        var running = new AtomicInteger();
        var routes = new ConsoleRoutes();
        var handler = routes.alone(request -> {
            var most = running.incrementAndGet();
            Thread.yield();
            running.decrementAndGet();
            return most;
        });
        try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            var answers = new ArrayList<Future<Object>>();
            for (var number = 0; number < 100; number++) {
                answers.add(callers.submit(
                        () -> handler.answer(new Request(Access.NONE, Map.of(), Map.of(), MissingNode.getInstance()))));
            }
            for (var answer : answers) {
                assertThat(answer.get()).isEqualTo(1);
            }
        }
    }
}

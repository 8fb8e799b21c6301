package millrace.console.event;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.util.ArrayList;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import millrace.console.call.Access;
import millrace.console.call.ConsoleException;
import millrace.console.call.ConsoleRoutes;
import millrace.console.call.Request;
import millrace.console.feed.Feeds;
import millrace.console.view.Deployment;
import millrace.events.Json;
import org.junit.jupiter.api.Test;

class EventSearchTest {
    /** The brokers do not answer: each search is busy for seconds, and has a Kafka client. */
    @Test
    void no_more_searches_run_than_the_limit_however_many_are_asked_for() throws Exception {
        var kafka = Map.<String, Object>of("bootstrap.servers", "localhost:1");
        try (var deployment = new Deployment(Map.<String, URI>of(), Optional.empty(), kafka, "");
                var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            var routes = new ConsoleRoutes();
            new EventView(deployment).addTo(routes, new Feeds());
            var statuses = new ArrayList<Future<Integer>>();
            for (var number = 0; number < 2 * EventView.MOST_BUSY; number++) {
                statuses.add(callers.submit(find(routes)));
            }

            var refused = 0;
            for (var status : statuses) {
                refused += status.get() == 429 ? 1 : 0;
            }
            assertThat(refused).isEqualTo(EventView.MOST_BUSY);
        }
    }

    private static Callable<Integer> find(ConsoleRoutes routes) {
        JsonNode body = Json.MAPPER.createObjectNode().put("name", "visitor:nobody");
        return () -> {
            try {
                routes.find("POST", "/api/event/find")
                        .handler()
                        .answer(new Request(Access.NONE, Map.of(), Map.of(), body));
                return 200;
            } catch (ConsoleException refusal) {
                return refusal.status();
            }
        };
    }
}

package millrace.console.consumers;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import millrace.console.call.ConsoleException;
import millrace.console.call.ConsoleRoutes;
import millrace.console.call.Request;
import millrace.console.cluster.KafkaSample.GroupSample;
import millrace.console.cluster.KafkaSampler;
import millrace.console.feed.Feeds;
import millrace.console.view.Deployment;
import millrace.console.view.ServiceClient;
import millrace.console.view.View;

/** Consumer groups: members, assignments, lag and rebalances. */
public final class ConsumersView implements View {
    private static final Duration EVERY = Duration.ofSeconds(1);
    /** Assignor of Kafka Streams. */
    private static final String STREAMS = "stream";

    private final Deployment deployment;
    private final KafkaSampler cluster;
    private final ConsumerHistory history = new ConsumerHistory();

    public ConsumersView(Deployment deployment, KafkaSampler cluster) {
        this.deployment = deployment;
        this.cluster = cluster;
    }

    @Override
    public String name() {
        return "consumers";
    }

    @Override
    public boolean isAvailable(Deployment deployment) {
        return true;
    }

    @Override
    public void addTo(ConsoleRoutes routes, Feeds feeds) {
        feeds.add("consumers", EVERY, access -> history.add(cluster.sample()));
        routes.get("/api/consumers", request -> cluster.sample());
        routes.get("/api/consumers/{group}", request -> detail(request.parameter("group")));
        routes.get(
                "/api/consumers/{group}/history",
                request -> history.columns(request.parameter("group"))
                        .orElseThrow(() -> unknown(request.parameter("group"))));
        routes.get("/api/consumers/{group}/tasks", this::tasks);
        routes.get("/api/consumers/{group}/topology", this::topology);
    }

    private Object detail(String name) throws InterruptedException {
        var group = group(name);
        var detail = new LinkedHashMap<String, Object>();
        detail.put("group", group);
        detail.put("rebalances", history.rebalances(name));
        detail.put("tasks", group.assignor().equals(STREAMS) && deployment.has(group.consumer()));
        return detail;
    }

    /** The group's protocol does not name the tasks of Kafka Streams: the process itself does. */
    private Object tasks(Request request) throws InterruptedException {
        return streams(request).get(request.access(), "/progress");
    }

    private Object topology(Request request) throws InterruptedException {
        return Map.of("text", streams(request).getText(request.access(), "/topology"));
    }

    private ServiceClient streams(Request request) throws InterruptedException {
        var group = group(request.parameter("group"));
        if (!group.assignor().equals(STREAMS)) {
            throw ConsoleException.notFound(group.name() + " has no tasks of Kafka Streams.");
        }
        return deployment.service(group.consumer());
    }

    private GroupSample group(String name) throws InterruptedException {
        return cluster.sample().groups().stream()
                .filter(group -> group.name().equals(name))
                .findFirst()
                .orElseThrow(() -> unknown(name));
    }

    private static ConsoleException unknown(String group) {
        return ConsoleException.notFound("There is no consumer group " + group + ".");
    }
}

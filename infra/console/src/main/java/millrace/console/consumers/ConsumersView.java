package millrace.console.consumers;

import java.time.Duration;
import millrace.console.call.ConsoleRoutes;
import millrace.console.cluster.KafkaSampler;
import millrace.console.feed.Feeds;
import millrace.console.view.Deployment;
import millrace.console.view.View;

/** Consumer groups: members, assignments, lag and rebalances. */
public final class ConsumersView implements View {
    private static final Duration EVERY = Duration.ofSeconds(1);

    private final KafkaSampler cluster;

    public ConsumersView(KafkaSampler cluster) {
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
        routes.get("/api/consumers", request -> cluster.sample());
        feeds.add("consumers", EVERY, access -> cluster.sample());
    }
}

package millrace.console.consumers;

import java.time.Duration;
import millrace.console.Deployment;
import millrace.console.View;
import millrace.console.cluster.ClusterSampler;
import millrace.console.feed.Feeds;
import millrace.console.http.Routes;

/** Consumer groups: members, assignments, lag and rebalances. */
public final class ConsumersView implements View {
    private static final Duration EVERY = Duration.ofSeconds(1);

    private final ClusterSampler cluster;

    public ConsumersView(ClusterSampler cluster) {
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
    public void addTo(Routes routes, Feeds feeds) {
        routes.get("/api/consumers", request -> cluster.sample());
        feeds.add("consumers", EVERY, access -> cluster.sample());
    }
}

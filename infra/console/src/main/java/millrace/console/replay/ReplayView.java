package millrace.console.replay;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import millrace.console.call.Access;
import millrace.console.call.ConsoleException;
import millrace.console.call.ConsoleRoutes;
import millrace.console.call.Request;
import millrace.console.cluster.KafkaSampler;
import millrace.console.feed.Feeds;
import millrace.console.view.Deployment;
import millrace.console.view.ServiceClient;
import millrace.console.view.View;

/**
 * Generations of the consumers, their progress and receipts, anywhere; on one machine also the commands of {@code
 * bin/replay}, which pages start.
 */
public final class ReplayView implements View {
    private static final Duration SAMPLED = Duration.ofSeconds(1);
    private static final int MOST_RECEIPTS = 50;
    private static final String NOT_HERE = "Only what bin/up has started on this machine can be controlled.";

    private final Deployment deployment;
    private final KafkaSampler cluster;
    private final GenerationRecords records;
    private final GenerationProgress progress;
    private final Optional<ReplayProcess> process;

    public ReplayView(Deployment deployment, KafkaSampler cluster) {
        this.deployment = deployment;
        this.cluster = cluster;
        this.records = new GenerationRecords(deployment);
        this.progress = new GenerationProgress(deployment);
        var root = Path.of(System.getProperty("millrace.root", "."));
        this.process = deployment.home().map(home -> new ReplayProcess(root, home));
    }

    @Override
    public String name() {
        return "replay";
    }

    @Override
    public boolean isAvailable(Deployment deployment) {
        return true;
    }

    @Override
    public void addTo(ConsoleRoutes routes, Feeds feeds) {
        process.ifPresent(ReplayProcess::endWithThisProcess);
        feeds.add("replay", SAMPLED, this::state);
        feeds.add("replay-receipts", SAMPLED.multipliedBy(2), access -> receipts());
        routes.get("/api/replay/comparison", routes.alone(request -> ComparedRows.comparison(comparison())));
        // fork: audit
        routes.post("/api/replay/uncover", routes.alone(this::uncover));
        // fork: end
        routes.post("/api/replay/stop", request -> {
            process().stop();
            return Map.of();
        });
        routes.post("/api/replay/start/{verb}", request -> {
            var call = ReplayCall.of(request);
            process().start(call);
            return Map.of("line", call.line());
        });
    }

    private Map<String, Object> state(Access access) throws InterruptedException {
        var sample = cluster.sample();
        var consumers = new ArrayList<GenerationProgress.ConsumerProgress>();
        for (var consumer : ReplayCall.consumers()) {
            consumers.add(progress.of(records.live(consumer), sample));
        }
        var state = new LinkedHashMap<String, Object>();
        state.put("consumers", consumers);
        state.put("command", process.flatMap(ReplayProcess::shown).orElse(null));
        return state;
    }

    private Object receipts() throws InterruptedException {
        return records.receipts().stream().limit(MOST_RECEIPTS).toList();
    }

    // fork: audit
    /** Asks audit for the order first, which records who asks, and answers with the values that differ. */
    private ComparedRows.Row uncover(Request request) throws InterruptedException {
        var what = request.required("what");
        var key = request.required("key");
        var order = ComparedRows.order(what, key)
                .orElseThrow(() -> new ConsoleException(
                        403, "Audit records who looks at an order, and this is of none: bin/replay compare shows it."));
        var row = ComparedRows.uncovered(comparison(), what, key);
        var id = order.split("/", 2);
        deployment
                .service("audit")
                .getAsBackOffice(
                        request.access(),
                        "/audit/orders/%s/%s?limit=1".formatted(ServiceClient.part(id[0]), ServiceClient.part(id[1])));
        return row;
    }
    // fork: end

    private String comparison() {
        return process()
                .comparison()
                .orElseThrow(() -> ConsoleException.notFound("No page has compared generations last."));
    }

    private ReplayProcess process() {
        return process.orElseThrow(() -> new ConsoleException(403, NOT_HERE));
    }
}

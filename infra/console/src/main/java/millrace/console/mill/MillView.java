package millrace.console.mill;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import millrace.console.call.ConsoleRoutes;
import millrace.console.cluster.KafkaSample;
import millrace.console.cluster.KafkaSample.ChannelSample;
import millrace.console.cluster.KafkaSample.GroupSample;
import millrace.console.cluster.KafkaSample.LagSample;
import millrace.console.cluster.KafkaSampler;
import millrace.console.faults.Faults;
import millrace.console.feed.Feeds;
import millrace.console.view.Deployment;
import millrace.console.view.View;
import millrace.local.control.ControlClient;

/** The first page: processes and channels as the catalogue has them, with rates, lags and states of now. */
public final class MillView implements View {
    private static final Duration EVERY = Duration.ofMillis(250);

    /** On a PaaS each service is asked whether it is ready. */
    private static final Duration ASKED_EVERY = Duration.ofSeconds(1);

    private final Deployment deployment;
    private final KafkaSampler cluster;
    private final Optional<Faults> faults;
    private final MillMap map = MillMap.ofCatalogue();

    /** @param faults empty where the deployment is not local */
    public MillView(Deployment deployment, KafkaSampler cluster, Optional<Faults> faults) {
        this.deployment = deployment;
        this.cluster = cluster;
        this.faults = faults;
    }

    @Override
    public String name() {
        return "mill";
    }

    @Override
    public boolean isAvailable(Deployment deployed) {
        return true;
    }

    @Override
    public void addTo(ConsoleRoutes routes, Feeds feeds) {
        routes.get("/api/mill/map", request -> map);
        if (deployment.isLocal()) {
            routes.post("/api/mill/scale", request -> {
                var type = ControlClient.part(request.required("process"));
                var quantity = Map.of("quantity", request.required("quantity"));
                return deployment.command("POST", "/processes/" + type + "/scale", quantity);
            });
        }
        feeds.add("mill", EVERY, access -> flow());
        // Apart: what runs is seen also, and above all, while the brokers do not answer.
        feeds.add("mill-processes", deployment.isLocal() ? EVERY : ASKED_EVERY, access -> processesAndFaults());
    }

    private Map<String, Object> flow() throws InterruptedException {
        var sample = cluster.sample();
        var flow = new LinkedHashMap<String, Object>();
        flow.put("channels", channels(sample));
        flow.put("groups", sample.groups().stream().map(MillView::group).toList());
        flow.put("omittedGroups", sample.omitted());
        return flow;
    }

    private Map<String, Object> processesAndFaults() throws InterruptedException {
        var answer = new LinkedHashMap<String, Object>();
        answer.put("processes", processes());
        faults.ifPresent(done -> answer.put("faults", done.current()));
        return answer;
    }

    private Map<String, Object> channels(KafkaSample sample) {
        var samples = sample.channels().stream().collect(Collectors.toMap(ChannelSample::name, channel -> channel));
        var channels = new LinkedHashMap<String, Object>();
        for (var channel : map.channels()) {
            Optional.ofNullable(samples.get(channel.name()))
                    .ifPresent(found -> channels.put(channel.name(), channel(found)));
        }
        return channels;
    }

    private static Map<String, Object> channel(ChannelSample sample) {
        var channel = new LinkedHashMap<String, Object>();
        channel.put("records", sample.offsets());
        channel.put("rate", sample.recordsPerSecond());
        return channel;
    }

    private static Map<String, Object> group(GroupSample sample) {
        var group = new LinkedHashMap<String, Object>();
        group.put("group", sample.name());
        group.put("consumer", sample.consumer());
        group.put("known", sample.known());
        group.put("state", sample.state());
        group.put("members", sample.members().size());
        var lag = new LinkedHashMap<String, Object>();
        sample.lag().forEach(channel -> lag.put(channel.channel(), lag(channel)));
        group.put("lag", lag);
        return group;
    }

    private static Map<String, Object> lag(LagSample sample) {
        var lag = new LinkedHashMap<String, Object>();
        lag.put("records", sample.records());
        lag.put("seconds", sample.seconds());
        return lag;
    }

    /** Processes as the control API shows them; elsewhere each service, up if it is ready. */
    private List<Map<String, Object>> processes() throws InterruptedException {
        var processes = new ArrayList<Map<String, Object>>();
        if (deployment.isLocal()) {
            for (var view : deployment.command("GET", "/processes", null)) {
                var process = new LinkedHashMap<String, Object>();
                view.properties().forEach(field -> process.put(field.getKey(), field.getValue()));
                process.put("type", view.path("name").asText().replaceFirst("[.-][0-9]+$", ""));
                processes.add(process);
            }
        } else {
            for (var service : map.processes()) {
                if (deployment.has(service.name())) {
                    var isReady = deployment.service(service.name()).isReady();
                    processes.add(Map.of(
                            "name", service.name(), "type", service.name(), "state", isReady ? "up" : "not ready"));
                }
            }
        }
        return processes;
    }
}

package millrace.console.partitions;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import millrace.console.call.ConsoleException;
import millrace.console.call.ConsoleRoutes;
import millrace.console.call.Request;
import millrace.console.cluster.KafkaSample;
import millrace.console.cluster.KafkaSample.ChannelSample;
import millrace.console.cluster.KafkaSample.GroupSample;
import millrace.console.cluster.KafkaSampler;
import millrace.console.feed.Feeds;
import millrace.console.view.Deployment;
import millrace.console.view.View;
import millrace.events.Catalogue;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.utils.Utils;

/** Partitions of a channel: records as they come, keys, and their owners. */
public final class PartitionsView implements View {
    private static final Duration EVERY = Duration.ofMillis(250);
    private static final int LONGEST_KEY = 1_000;

    private final Deployment deployment;
    private final KafkaSampler cluster;
    private final Map<String, ChannelKeys> keys = new LinkedHashMap<>();

    public PartitionsView(Deployment deployment, KafkaSampler cluster) {
        this.deployment = deployment;
        this.cluster = cluster;
        Catalogue.channels().forEach(channel -> keys.put(channel.name(), new ChannelKeys(channel)));
    }

    @Override
    public String name() {
        return "partitions";
    }

    @Override
    public boolean isAvailable(Deployment deployment) {
        return true;
    }

    /** @param group name of the group whose member reads the partition */
    private record Owner(int partition, String group, String member) {}

    /** @param owners of the partitions that are assigned */
    private record Channel(LaneSample sample, List<Owner> owners) {}

    @Override
    public void addTo(ConsoleRoutes routes, Feeds feeds) {
        routes.get("/api/partitions", request -> channels());
        routes.get("/api/partitions/{channel}/where", this::where);
        keys.forEach((channel, shown) -> {
            var sampler = new RecordSampler(deployment.kafka(), deployment.topic(channel), shown);
            feeds.add("records-" + channel, EVERY, access -> {
                var sample = cluster.sample();
                require(sample, channel);
                return new Channel(sampler.sample(), owners(sample, channel));
            });
        });
    }

    private List<Map<String, Object>> channels() throws InterruptedException {
        var sample = cluster.sample();
        var channels = new ArrayList<Map<String, Object>>();
        for (var entry : Catalogue.channels()) {
            sample.channels().stream()
                    .filter(channel -> channel.name().equals(entry.name()))
                    .forEach(channel -> channels.add(Map.of(
                            "name", entry.name(),
                            "summary", entry.summary(),
                            "key", entry.key(),
                            "partitions", channel.partitions(),
                            "lanes", Math.min(channel.partitions(), RecordSampler.MOST_LANES),
                            "masked", keys.get(entry.name()).isMasked())));
        }
        return channels;
    }

    private Object where(Request request) throws InterruptedException {
        var channel = request.parameter("channel");
        var key = request.query("key").orElseThrow(() -> ConsoleException.badRequest("Type a key."));
        if (key.length() > LONGEST_KEY) {
            throw ConsoleException.badRequest("A key has at most " + LONGEST_KEY + " characters here.");
        }
        if (!keys.containsKey(channel)) {
            throw ConsoleException.notFound("The catalogue has no channel " + channel + ".");
        }
        var sample = cluster.sample();
        var partitions = require(sample, channel).partitions();
        var bytes = key.getBytes(UTF_8);
        var hash = Utils.murmur2(bytes);
        var partition = BuiltInPartitioner.partitionForKey(bytes, partitions);
        var shown = keys.get(channel).shown(bytes);
        var answer = new LinkedHashMap<String, Object>();
        answer.put("key", key);
        answer.put("shownAs", shown.text());
        answer.put("hue", shown.hue());
        answer.put("murmur2", hash);
        answer.put("positive", Utils.toPositive(hash));
        answer.put("partitions", partitions);
        answer.put("partition", partition);
        answer.put(
                "owners",
                owners(sample, channel).stream()
                        .filter(owner -> owner.partition() == partition)
                        .toList());
        return answer;
    }

    private static ChannelSample require(KafkaSample sample, String channel) {
        return sample.channels().stream()
                .filter(one -> one.name().equals(channel))
                .findFirst()
                .orElseThrow(() -> ConsoleException.notFound("The cluster has no topic " + channel + "."));
    }

    private static List<Owner> owners(KafkaSample sample, String channel) {
        var owners = new ArrayList<Owner>();
        for (GroupSample group : sample.groups()) {
            group.members()
                    .forEach(member -> member.partitions()
                            .getOrDefault(channel, List.of())
                            .forEach(partition -> owners.add(new Owner(partition, group.name(), member.name()))));
        }
        return owners;
    }
}

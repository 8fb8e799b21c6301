package millrace.replay;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import millrace.events.Catalogue;
import millrace.events.GenerationNames;
import millrace.events.ReplayHeaders;
import millrace.generation.PartitionReader;
import millrace.replay.GenerationTopics.MissingResource;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Channels into which archived records are restored for one generation of a consumer, {@code transactions-orders-g2}.
 * They have as many partitions as the originals and no retention; they are removed when they are read.
 */
record RestoredChannels(ReplayContext context, int generation) {
    private static final String SUFFIX = "-[a-z]+" + GenerationNames.SUFFIX + "$";

    /** Returns the channel of the catalogue that this is, or that it was restored from. */
    static String originalChannel(String channel) {
        var original = channel.replaceFirst(SUFFIX, "");
        return Catalogue.entries().stream().anyMatch(entry -> entry.name().equals(original)) ? original : channel;
    }

    String name(String channel) {
        return channel + "-" + context.name() + new GenerationNames(generation).shadowSuffix();
    }

    /** Returns the restored channels by original. */
    Map<String, String> names(List<String> channels) {
        var names = new TreeMap<String, String>();
        channels.forEach(channel -> names.put(channel, name(channel)));
        return names;
    }

    /** Returns the channels that have a restored counterpart. */
    List<String> existing(List<String> channels) {
        var missing = context.topics().missing(entries(channels));
        return channels.stream()
                .filter(channel -> !missing.contains(name(channel)))
                .toList();
    }

    List<MissingResource> missingResources(List<String> channels, String group) {
        return context.topics().missingResources(entries(channels), group);
    }

    void create(List<String> channels) {
        context.topics().create(entries(channels));
    }

    /**
     * Removes the restored channels that exist.
     *
     * @return commands that the operator has to run
     */
    List<String> remove(List<String> channels) {
        var existing = entries(existing(channels));
        if (context.platform().isLocal()) {
            context.topics().remove(existing);
            return List.of();
        }
        return context.topics().removalCommands(existing, false);
    }

    /** Returns the offset after the last restored record of an original partition; 0 if there is none. */
    long restoredUpTo(TopicPartition partition) {
        var platform = context.platform();
        var copy =
                new TopicPartition(platform.prefixed(name(platform.channel(partition.topic()))), partition.partition());
        var next = new long[1];
        try (var reader = new PartitionReader(platform.settings().kafka())) {
            reader.readToEnd(copy, reader.end(copy) - 1, record -> next[0] = origin(record) + 1);
        }
        return next[0];
    }

    private static long origin(ConsumerRecord<?, ?> record) {
        var text = new String(record.headers().lastHeader(ReplayHeaders.ORIGIN).value(), UTF_8);
        return Long.parseLong(text.substring(text.lastIndexOf('/') + 1));
    }

    private List<Catalogue.Entry> entries(List<String> channels) {
        return channels.stream().map(Catalogue::entry).map(this::entry).toList();
    }

    private Catalogue.Entry entry(Catalogue.Entry original) {
        return new Catalogue.Entry(
                name(original.name()),
                original.summary(),
                original.key(),
                original.partitions(),
                original.replicas(),
                "delete",
                Optional.empty(),
                original.owner(),
                original.writers(),
                original.readers(),
                false,
                false);
    }
}

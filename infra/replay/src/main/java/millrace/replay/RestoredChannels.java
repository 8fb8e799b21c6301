package millrace.replay;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import millrace.events.Catalogue;
import millrace.events.GenerationNames;
import millrace.events.ReplayHeaders;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Channels into which archived records are restored for one generation of a consumer, {@code transactions-orders-g2}.
 * They have as many partitions as the originals and no retention; they are removed when they are read.
 */
record RestoredChannels(PlatformConnection platform, String consumer, int generation) {
    private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(20);

    private static final String SUFFIX = "-[a-z]+" + GenerationNames.SUFFIX + "$";

    /** Returns the channel of the catalogue that this is, or that it was restored from. */
    static String originalChannel(String channel) {
        var original = channel.replaceFirst(SUFFIX, "");
        return Catalogue.entries().stream().anyMatch(entry -> entry.name().equals(original)) ? original : channel;
    }

    String name(String channel) {
        return channel + "-" + consumer + new GenerationNames(generation).suffix();
    }

    /** Returns the restored channels by original. */
    Map<String, String> names(List<String> channels) {
        var names = new TreeMap<String, String>();
        channels.forEach(channel -> names.put(channel, name(channel)));
        return names;
    }

    /** Returns the channels that have a restored counterpart. */
    List<String> existing(List<String> channels) {
        var missing = new GenerationTopics(platform).missing(entries(channels));
        return channels.stream()
                .filter(channel -> !missing.contains(name(channel)))
                .toList();
    }

    List<MissingResource> missingResources(List<String> channels, String group) {
        return new GenerationTopics(platform).missingResources(entries(channels), group);
    }

    void create(List<String> channels) {
        new GenerationTopics(platform).create(entries(channels), generation);
    }

    /**
     * Removes the restored channels that exist.
     *
     * @return commands that the operator has to run
     */
    List<String> remove(List<String> channels) {
        var existing = entries(existing(channels));
        if (platform.isLocal()) {
            new GenerationTopics(platform).remove(existing);
            return List.of();
        }
        return existing.stream()
                .map(entry -> "heroku kafka:topics:destroy " + entry.name())
                .toList();
    }

    /** Returns the offset after the last restored record of an original partition; 0 if there is none. */
    long restoredUpTo(TopicPartition partition) {
        var copy =
                new TopicPartition(platform.prefixed(name(platform.channel(partition.topic()))), partition.partition());
        var client = new HashMap<String, Object>(platform.settings().kafka());
        client.putAll(Map.of("enable.auto.commit", false, "auto.offset.reset", "earliest"));
        try (var consumer = new KafkaConsumer<>(client, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(copy));
            var end = consumer.endOffsets(List.of(copy), ANSWERS_WITHIN).get(copy);
            var next = 0L;
            var deadline = Instant.now().plus(ANSWERS_WITHIN);
            consumer.seek(copy, Math.max(0, end - 1));
            while (consumer.position(copy, ANSWERS_WITHIN) < end) {
                for (var record : consumer.poll(Duration.ofMillis(200))) {
                    next = origin(record) + 1;
                }
                if (Instant.now().isAfter(deadline)) {
                    throw new ReplayException(
                            "%s is not read to its end within %d s.".formatted(copy, ANSWERS_WITHIN.toSeconds()));
                }
            }
            return next;
        }
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
                false,
                false);
    }
}

package millrace.replay;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import millrace.events.Catalogue;
import millrace.generation.GenerationNames;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * The channels that records of the archive are restored into for one generation of a consumer, {@code
 * transactions-orders-g2}: as many partitions as the originals, nothing removed until the generation is dropped.
 */
record Restored(Site site, String consumer, int generation) {
    private static final String SUFFIX = "-(orders|analytics)-g[0-9]+$";

    /** See {@code Origin} of audit-service: {@code orders/0/1/4711}. */
    private static final String ORIGIN = "replay-origin";

    /** The channel of the catalogue that this one is, or stands for. */
    static String original(String channel) {
        return channel.replaceFirst(SUFFIX, "");
    }

    String name(String channel) {
        return channel + "-" + consumer + new GenerationNames(generation).suffix();
    }

    /** By original. */
    Map<String, String> names(List<String> channels) {
        var names = new TreeMap<String, String>();
        channels.forEach(channel -> names.put(channel, name(channel)));
        return names;
    }

    /** Those of the channels for which there is one. */
    List<String> begun(List<String> channels) {
        var missing = new GenerationTopics(site).missing(entries(channels));
        return channels.stream()
                .filter(channel -> !missing.contains(name(channel)))
                .toList();
    }

    List<Rebuilt.Lack> lacks(List<String> channels, String group) {
        return new GenerationTopics(site).lacks(entries(channels), group);
    }

    void provide(List<String> channels) {
        new GenerationTopics(site).provide(entries(channels), generation);
    }

    /** Those that are there. @return what is left to do by hand */
    List<String> remove(List<String> channels) {
        var begun = entries(begun(channels));
        if (site.isLocal()) {
            new GenerationTopics(site).remove(begun);
            return List.of();
        }
        return begun.stream()
                .map(entry -> "heroku kafka:topics:destroy " + entry.name())
                .toList();
    }

    /** The offset after the last record of an original's partition that was restored; 0 where there is none. */
    long endOf(TopicPartition place) {
        var copy = new TopicPartition(site.prefixed(name(site.channel(place.topic()))), place.partition());
        try (var readers = new Readers(site)) {
            var reader = readers.of(copy);
            var next = new long[1];
            reader.from(Math.max(0, reader.end() - 1)).toTheEnd(record -> next[0] = origin(record) + 1);
            return next[0];
        }
    }

    private static long origin(ConsumerRecord<?, ?> record) {
        var text = new String(record.headers().lastHeader(ORIGIN).value(), UTF_8);
        return Long.parseLong(text.substring(text.lastIndexOf('/') + 1));
    }

    private List<Catalogue.Entry> entries(List<String> channels) {
        return channels.stream().map(Catalogue::entry).map(this::entry).toList();
    }

    private Catalogue.Entry entry(Catalogue.Entry like) {
        return new Catalogue.Entry(
                name(like.name()),
                like.summary(),
                like.key(),
                like.partitions(),
                like.replicas(),
                "delete",
                Optional.empty(),
                like.owner(),
                like.writers(),
                like.readers(),
                false,
                false,
                false);
    }
}

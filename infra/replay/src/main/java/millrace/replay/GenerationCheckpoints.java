package millrace.replay;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.LinkedHashMap;
import java.util.Map;
import millrace.events.Catalogue;
import millrace.events.Channels;
import millrace.replay.Fold.Row;
import org.apache.kafka.common.TopicPartition;

/** What a generation of audit has signed: it goes with its archive, or it would accuse the next one of that number. */
record GenerationCheckpoints(Site site) {
    void remove(int generation) {
        var channel = Catalogue.entry(Channels.AUDIT_CHECKPOINTS.name());
        try (var readers = new Readers(site)) {
            site.places(channel).forEach(place -> remove(readers, place, generation + "/"));
        }
    }

    private void remove(Readers readers, TopicPartition place, String prefix) {
        var there = new LinkedHashMap<String, Boolean>();
        readers.of(place).toTheEnd(record -> {
            var key = new String(record.key(), UTF_8);
            if (key.startsWith(prefix)) {
                there.put(key, record.value() != null);
            }
        });
        var tombstones = there.entrySet().stream()
                .filter(Map.Entry::getValue)
                .map(key -> new Row(key.getKey().getBytes(UTF_8), null))
                .toList();
        Publishing.publish(site, place.topic(), place.partition(), tombstones);
    }
}

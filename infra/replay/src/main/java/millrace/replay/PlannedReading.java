package millrace.replay;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** What there is to read, partition by partition. */
final class PlannedReading {
    private static final Duration LOOK = Duration.ofSeconds(5);

    private final Desk desk;

    PlannedReading(Desk desk) {
        this.desk = desk;
    }

    /** @return how many records are yet to be read */
    long print(int generation) {
        var channels = desk.rebuilt().channels();
        var first = desk.offsets().first(channels);
        var committed = desk.offsets().committed(desk.rebuilt().group(generation));
        var times = new HashMap<TopicPartition, List<Instant>>();
        var ends = desk.offsets().end(channels);
        try (var consumer = consumer()) {
            ends.forEach((place, end) -> times.put(place, span(consumer, place, first.get(place), end)));
        }
        var sum = 0L;
        for (var end : ends.entrySet()) {
            var place = end.getKey();
            var from = Math.max(first.get(place), committed.getOrDefault(place, 0L));
            sum += end.getValue() - from;
            desk.say(
                    "  %s-%d  offsets %d to %d, %,d records%s%s",
                    desk.site().channel(place.topic()),
                    place.partition(),
                    from,
                    end.getValue(),
                    end.getValue() - from,
                    times.get(place).isEmpty()
                            ? ""
                            : ", " + times.get(place).getFirst() + " to "
                                    + times.get(place).getLast(),
                    gone(place, first));
        }
        desk.say("  all    %,d records", sum);
        return sum;
    }

    /** What retention has removed, and who still has it. */
    private String gone(TopicPartition place, Map<TopicPartition, Long> first) {
        if (first.get(place) == 0) {
            return "";
        }
        var archived = archived(place);
        return ";\n    retention has removed offsets 0 to %d; %s"
                .formatted(
                        first.get(place),
                        archived.map(offset -> offset == 0
                                        ? "only the archive has them, which run --archive reads"
                                        : "the archive has those from " + offset)
                                .orElse("they are not in the archive"));
    }

    /** The first offset of the partition that the archive has; empty where it has none, or there is no archive. */
    private Optional<Long> archived(TopicPartition place) {
        var records = ArchiveEnds.SCHEMA + ".records";
        return Sql.of(desk.site()).transaction(connection -> {
            var there = "SELECT count(*) FROM pg_class WHERE oid = to_regclass('%s')".formatted(records);
            if (Sql.number(connection, there) == 0) {
                return Optional.empty();
            }
            try (var query = connection.prepareStatement(
                    "SELECT min(record_offset) FROM " + records + " WHERE channel = ? AND partition = ?")) {
                query.setString(1, desk.site().channel(place.topic()));
                query.setInt(2, place.partition());
                var found = query.executeQuery();
                found.next();
                return Optional.ofNullable((Long) found.getObject(1));
            }
        });
    }

    /** When the first and the last record were written; nothing where there is none. */
    private static List<Instant> span(KafkaConsumer<?, ?> consumer, TopicPartition place, long first, long end) {
        if (first == end) {
            return List.of();
        }
        consumer.assign(List.of(place));
        var times = new ArrayList<Instant>();
        for (var offset : new long[] {first, end - 1}) {
            consumer.seek(place, offset);
            consumer.poll(LOOK).forEach(record -> times.add(Instant.ofEpochMilli(record.timestamp())));
        }
        return times;
    }

    private KafkaConsumer<byte[], byte[]> consumer() {
        var client = new HashMap<String, Object>(desk.site().settings().kafka());
        client.putAll(Map.of("enable.auto.commit", false, "auto.offset.reset", "earliest", "max.poll.records", 1));
        return new KafkaConsumer<>(client, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }
}

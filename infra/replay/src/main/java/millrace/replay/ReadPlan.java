package millrace.replay;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import millrace.generation.PlatformDatabase;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Lists the records that a run would read, by partition. */
final class ReadPlan {
    private static final Duration LOOK = Duration.ofSeconds(5);

    private final ReplayContext context;

    ReadPlan(ReplayContext context) {
        this.context = context;
    }

    /** @return number of records that are still to be read */
    long print(int generation) {
        var channels = context.consumer().channels();
        var first = context.offsets().earliest(channels);
        var committed = context.offsets().committed(context.consumer().group(generation));
        var times = new HashMap<TopicPartition, List<Instant>>();
        var ends = context.offsets().latest(channels);
        try (var consumer = consumer()) {
            ends.forEach(
                    (partition, end) -> times.put(partition, span(consumer, partition, first.get(partition), end)));
        }
        var sum = 0L;
        for (var end : ends.entrySet()) {
            var partition = end.getKey();
            var from = Math.max(first.get(partition), committed.getOrDefault(partition, 0L));
            sum += end.getValue() - from;
            context.print(
                    "  %s-%d  offsets %d to %d, %,d records%s%s",
                    context.platform().channel(partition.topic()),
                    partition.partition(),
                    from,
                    end.getValue(),
                    end.getValue() - from,
                    times.get(partition).isEmpty()
                            ? ""
                            : ", " + times.get(partition).getFirst() + " to "
                                    + times.get(partition).getLast(),
                    gone(partition, first));
        }
        context.print("  all    %,d records", sum);
        return sum;
    }

    /** Describes the offsets that retention has removed, and whether the archive has them. */
    private String gone(TopicPartition partition, Map<TopicPartition, Long> first) {
        if (first.get(partition) == 0) {
            return "";
        }
        var archived = archived(partition);
        return ";\n    retention has removed offsets 0 to %d; %s"
                .formatted(
                        first.get(partition),
                        archived.map(offset -> offset == 0
                                        ? "only the archive has them, which run --archive reads"
                                        : "the archive has those from " + offset)
                                .orElse("they are not in the archive"));
    }

    /** Returns the first offset of the partition in the archive; empty if it has none, or there is no archive. */
    private Optional<Long> archived(TopicPartition partition) {
        var records = ArchiveCoverage.SCHEMA + ".records";
        return new PlatformDatabase(context.platform().settings().database().orElseThrow()).transaction(connection -> {
            var there = "SELECT count(*) FROM pg_class WHERE oid = to_regclass('%s')".formatted(records);
            if (PlatformDatabase.queryLong(connection, there) == 0) {
                return Optional.empty();
            }
            try (var query = connection.prepareStatement(
                    "SELECT min(record_offset) FROM " + records + " WHERE channel = ? AND partition = ?")) {
                query.setString(1, context.platform().channel(partition.topic()));
                query.setInt(2, partition.partition());
                var found = query.executeQuery();
                found.next();
                return Optional.ofNullable((Long) found.getObject(1));
            }
        });
    }

    /** Returns the times of the first and the last record; empty if there is no record. */
    private static List<Instant> span(KafkaConsumer<?, ?> consumer, TopicPartition partition, long first, long end) {
        if (first == end) {
            return List.of();
        }
        consumer.assign(List.of(partition));
        var times = new ArrayList<Instant>();
        for (var offset : new long[] {first, end - 1}) {
            consumer.seek(partition, offset);
            consumer.poll(LOOK).forEach(record -> times.add(Instant.ofEpochMilli(record.timestamp())));
        }
        return times;
    }

    private KafkaConsumer<byte[], byte[]> consumer() {
        var client = new HashMap<String, Object>(context.platform().settings().kafka());
        client.putAll(Map.of("enable.auto.commit", false, "auto.offset.reset", "earliest", "max.poll.records", 1));
        return new KafkaConsumer<>(client, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }
}

package millrace.replay;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import millrace.events.Channels;
import millrace.events.Generation;
import millrace.events.Generation.LiveGeneration;
import millrace.events.Generation.ReplayReceipt;
import millrace.generation.PartitionReader;
import millrace.generation.RecordPublisher;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/** Reads and appends the channel {@code generations}: which generation of a consumer is live, and the receipts. */
record GenerationLog(PlatformConnection platform) {
    /** Returns the live generation of a consumer; the first one if nothing was ever written. */
    LiveGeneration liveGeneration(String consumer) {
        return Optional.ofNullable(read().get(consumer))
                .map(LiveGeneration.class::cast)
                .orElseGet(() -> new LiveGeneration(consumer, 1, null, false, Instant.EPOCH, "nobody", null));
    }

    /** Returns all receipts, oldest first. */
    List<ReplayReceipt> receipts() {
        return read().values().stream()
                .flatMap(record -> record instanceof ReplayReceipt receipt ? Stream.of(receipt) : Stream.empty())
                .sorted(Comparator.comparing(ReplayReceipt::id))
                .toList();
    }

    /** Returns the receipts of one generation, oldest first. */
    List<ReplayReceipt> receipts(String consumer, int generation) {
        return receipts().stream()
                .filter(receipt -> receipt.consumer().equals(consumer) && receipt.generation() == generation)
                .toList();
    }

    /** Returns the records of the live generation of a consumer from that offset on, in their sequence. */
    List<LiveGeneration> since(String consumer, long offset) {
        var records = new ArrayList<LiveGeneration>();
        read(offset, (key, value) -> {
            if (key.equals(consumer) && value instanceof LiveGeneration live) {
                records.add(live);
            }
        });
        return records;
    }

    /**
     * Appends a record; returns after every in-sync replica has it, and fails if they do not acknowledge it within 10 s.
     *
     * @return its offset
     */
    long append(Generation record) {
        return RecordPublisher.publish(
                platform.settings().kafka(),
                Channels.GENERATIONS,
                List.of(new ProducerRecord<>(topic(), record.key(), record)));
    }

    private Map<String, Generation> read() {
        var records = new LinkedHashMap<String, Generation>();
        read(0, records::put);
        return records;
    }

    private void read(long from, BiConsumer<String, Generation> take) {
        var keys = Channels.GENERATIONS.key().deserializer();
        try (var reader = new PartitionReader(platform.settings().kafka())) {
            reader.readToEnd(new TopicPartition(topic(), 0), from, record -> {
                var read = Generation.read(record.value());
                if (read.isPresent() || record.value() == null) {
                    take.accept(keys.deserialize(topic(), record.key()), read.orElse(null));
                }
            });
        }
    }

    private String topic() {
        return platform.prefixed(Channels.GENERATIONS.name());
    }
}

package millrace.audit.restore;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import millrace.audit.KafkaClients;
import millrace.events.Catalogue;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * The channel that records are restored into. It must not be in the catalogue, so that consumers do not take old records
 * for new ones.
 *
 * @param kafka properties of Kafka clients
 * @param prefix of the platform's topics
 * @param channel name of the channel, without the prefix
 */
public record RestoreTarget(Map<String, Object> kafka, String prefix, String channel) {
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(30);
    private static final int LOOK_BACK = 1000;

    /** The last record of a replay in a partition. */
    record Last(ArchiveOrigin origin, long timestampMs) {}

    String topic() {
        return prefix + channel;
    }

    /** @throws CannotRestore if the channel is in the catalogue, does not exist, or has fewer partitions */
    void check(String original, int partitions) {
        if (channel.equals(original)
                || Catalogue.entries().stream().anyMatch(entry -> entry.name().equals(channel))) {
            throw new CannotRestore("Nothing is restored into " + channel
                    + ", which is a channel of the catalogue: make a new one and name that.");
        }
        try (var consumer = consumer()) {
            var found = consumer.listTopics(ANSWER_WITHIN)
                    .getOrDefault(topic(), List.of())
                    .size();
            if (found < partitions) {
                var what = found == 0 ? "There is no channel " + channel : channel + " has " + found + " partitions";
                throw new CannotRestore("%s, and %s has %d: make it with as many, as the PaaS does with"
                                .formatted(what, original, partitions)
                        + " heroku kafka:topics:create %s --partitions %d --retention-time TIME"
                                .formatted(channel, partitions)
                        + ", where TIME reaches back to the oldest record.");
            }
        } catch (KafkaException e) {
            throw new CannotRestore("Kafka does not answer: " + e.getMessage(), e);
        }
    }

    /**
     * Finds the last record of a replay in each partition that has one, backwards from the end.
     *
     * @throws CannotRestore if there is none and the partition has lost records, which may have been of the replay
     */
    Map<Integer, Last> last(String replayId, List<Integer> partitions) {
        var found = new HashMap<Integer, Last>();
        try (var consumer = consumer()) {
            for (var number : partitions) {
                last(consumer, new TopicPartition(topic(), number), replayId)
                        .ifPresent(last -> found.put(number, last));
            }
        } catch (KafkaException e) {
            throw new CannotRestore("Kafka does not answer: " + e.getMessage(), e);
        }
        return found;
    }

    private Optional<Last> last(Consumer<byte[], byte[]> consumer, TopicPartition partition, String replayId) {
        consumer.assign(List.of(partition));
        var begin = consumer.beginningOffsets(List.of(partition), ANSWER_WITHIN).get(partition);
        var end = consumer.endOffsets(List.of(partition), ANSWER_WITHIN).get(partition);
        for (var to = end; to > begin; to = Math.max(begin, to - LOOK_BACK)) {
            var last = last(consumer, partition, replayId, Math.max(begin, to - LOOK_BACK), to);
            if (last.isPresent()) {
                return last;
            }
        }
        if (begin > 0) {
            throw new CannotRestore(
                    "Partition %d of %s has lost its beginning, and with it perhaps what was restored: make"
                                    .formatted(partition.partition(), channel)
                            + " it again, and keep old records long enough.");
        }
        return Optional.empty();
    }

    private static Optional<Last> last(
            Consumer<byte[], byte[]> consumer, TopicPartition partition, String replayId, long from, long to) {
        var deadline = System.nanoTime() + ANSWER_WITHIN.toNanos();
        var last = Optional.<Last>empty();
        consumer.seek(partition, from);
        while (consumer.position(partition, ANSWER_WITHIN) < to) {
            for (var record : consumer.poll(Duration.ofMillis(100))) {
                var origin = ArchiveOrigin.of(record.headers(), replayId).filter(found -> record.offset() < to);
                if (origin.isPresent()) {
                    last = Optional.of(new Last(origin.get(), record.timestamp()));
                }
            }
            if (System.nanoTime() > deadline) {
                throw new CannotRestore(
                        "Kafka does not give what is on " + partition + " within " + ANSWER_WITHIN.toSeconds() + " s.");
            }
        }
        return last;
    }

    private Consumer<byte[], byte[]> consumer() {
        return KafkaClients.reader(kafka, Map.of("client.id", "audit-restore", "auto.offset.reset", "none"));
    }
}

package millrace.replay;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/** Reads one partition to the end of the moment of asking, by a consumer that others use, too. */
final class PartitionReader {
    /** Without a record, and without a step forward. */
    private static final Duration GETS_ON_WITHIN = Duration.ofSeconds(30);

    private static final Duration POLL = Duration.ofMillis(200);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final TopicPartition place;
    private final List<TopicPartition> places;
    private long at;

    PartitionReader(KafkaConsumer<byte[], byte[]> consumer, TopicPartition place) {
        this.consumer = consumer;
        this.place = place;
        this.places = List.of(place);
    }

    /** Goes on there, or with the first record after it. */
    PartitionReader from(long offset) {
        at = offset;
        return this;
    }

    /** Everything from where it is. */
    void toTheEnd(Consumer<ConsumerRecord<byte[], byte[]>> take) {
        try {
            var end = end();
            at = Math.max(at, first());
            consumer.assign(places);
            consumer.seek(place, at);
            var deadline = Instant.now().plus(GETS_ON_WITHIN);
            while (at < end) {
                consumer.poll(POLL).forEach(take);
                var now = consumer.position(place, GETS_ON_WITHIN);
                if (now > at) {
                    deadline = Instant.now().plus(GETS_ON_WITHIN);
                } else if (Instant.now().isAfter(deadline)) {
                    throw new CannotReplay("%s gives nothing from offset %d for %d s, and does not end there."
                            .formatted(place, at, GETS_ON_WITHIN.toSeconds()));
                }
                at = now;
            }
        } catch (KafkaException e) {
            throw new CannotReplay("%s cannot be read: %s".formatted(place, e.getMessage()), e);
        }
    }

    /** After the last committed record. */
    long end() {
        return consumer.endOffsets(places, GETS_ON_WITHIN).get(place);
    }

    /** How many offsets there are from the first to the end: no fewer than records. */
    long length() {
        return end() - first();
    }

    private long first() {
        return consumer.beginningOffsets(places, GETS_ON_WITHIN).get(place);
    }
}

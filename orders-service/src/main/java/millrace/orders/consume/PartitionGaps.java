package millrace.orders.consume;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.common.annotation.Identifier;
import io.smallrye.mutiny.Uni;
import io.smallrye.reactive.messaging.kafka.KafkaClientService;
import io.smallrye.reactive.messaging.kafka.KafkaConsumerRebalanceListener;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Default;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import millrace.orders.outage.Alarms;
import millrace.orders.outage.BackgroundWork;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/**
 * Detects that a partition does not continue at the next offset: retention or a truncation has removed records that
 * were never read, or the partition ends earlier because the topic was recreated. Consumption continues at the first
 * record that exists, and the gap is reported in the log, in the metric {@code orders_gaps} and as an alarm until the
 * process ends. Holes between records, for example of transaction markers, are normal and no gap.
 */
@ApplicationScoped
@Default
@Identifier("transactions")
class PartitionGaps implements KafkaConsumerRebalanceListener {
    private static final Logger LOG = Logger.getLogger(PartitionGaps.class);
    private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(5);

    private final KafkaClientService kafka;
    private final Alarms alarms;
    private final Counter gaps;

    /** Next expected offset of each assigned partition. */
    private final Map<TopicPartition, Long> expected = new ConcurrentHashMap<>();

    PartitionGaps(KafkaClientService kafka, Alarms alarms, MeterRegistry registry) {
        this.kafka = kafka;
        this.alarms = alarms;
        this.gaps = Counter.builder("orders.gaps")
                .description("Places where records of the channel transactions were gone before orders had read them")
                .register(registry);
    }

    /** Starts at the committed offsets; a partition without one may begin anywhere. */
    @Override
    public void onPartitionsAssigned(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
        try {
            var places = Set.copyOf(partitions);
            var begins = consumer.beginningOffsets(places, ANSWERS_WITHIN);
            var ends = consumer.endOffsets(places, ANSWERS_WITHIN);
            consumer.committed(places, ANSWERS_WITHIN).forEach((partition, committed) -> {
                if (committed == null) {
                    expected.remove(partition);
                } else {
                    checkCommitted(partition, committed.offset(), begins.get(partition), ends.get(partition));
                }
            });
        } catch (KafkaException e) {
            LOG.warnf("It is unknown if records are missing on %s: %s", partitions, e.getMessage());
            partitions.forEach(expected::remove);
        }
    }

    @Override
    public void onPartitionsRevoked(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
        partitions.forEach(expected::remove);
    }

    /**
     * Compares a poll with the expected offsets; after a jump forward it asks the broker for the first offset, without
     * delaying the poll.
     */
    void check(ConsumerRecords<?, ?> poll) {
        for (var partition : poll.partitions()) {
            var records = poll.records(partition);
            long first = records.getFirst().offset();
            var before = expected.put(partition, records.getLast().offset() + 1);
            if (before != null && first < before) {
                report(partition, before, first);
            } else if (before != null && first > before) {
                BackgroundWork.start(
                        begin(partition),
                        begin -> {
                            if (begin > before) {
                                report(partition, before, first);
                            }
                        },
                        failure -> LOG.warnf(
                                "It is unknown if records are missing on %s before offset %d: %s",
                                partition, first, failure.getMessage()));
            }
        }
    }

    /** Asks the broker for the first offset that the partition has. */
    private Uni<Long> begin(TopicPartition partition) {
        return kafka.getConsumer("transactions").runOnPollingThread((Function<Consumer<Object, Object>, Long>)
                consumer -> consumer.beginningOffsets(Set.of(partition), ANSWERS_WITHIN)
                        .get(partition));
    }

    private void checkCommitted(TopicPartition partition, long committed, long begin, long end) {
        if (committed < begin || committed > end) {
            expected.remove(partition);
            report(partition, committed, begin);
        } else {
            expected.put(partition, committed);
        }
    }

    private void report(TopicPartition partition, long expected, long actual) {
        gaps.increment();
        var sentence = actual > expected
                ? "The records from offset %d to %d were gone before orders had read them. It goes on at offset %d."
                        .formatted(expected, actual - 1, actual)
                : "Orders had come to offset %d, and the partition goes on at offset %d: it was truncated, or the topic was made again."
                        .formatted(expected, actual);
        alarms.raise("partition %d of %s".formatted(partition.partition(), partition.topic()), sentence);
    }
}

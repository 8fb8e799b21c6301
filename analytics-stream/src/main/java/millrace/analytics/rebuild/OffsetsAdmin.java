package millrace.analytics.rebuild;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import millrace.generation.RebuildException;
import millrace.paas.PaasSettings;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;

/** Asks the broker for offsets, with the rights of the application. A call fails after 20 s. */
final class OffsetsAdmin implements AutoCloseable {
    private final Admin admin;

    OffsetsAdmin(PaasSettings settings) {
        var client = new HashMap<String, Object>(settings.kafka());
        client.putAll(Map.of("default.api.timeout.ms", 20_000, "request.timeout.ms", 10_000));
        this.admin = Admin.create(client);
    }

    /** Returns true if the partition has a transaction that is neither committed nor aborted. */
    boolean hasOpenTransaction(TopicPartition partition) {
        var end = Map.of(partition, OffsetSpec.latest());
        var committed = new ListOffsetsOptions(IsolationLevel.READ_COMMITTED);
        return answer(admin.listOffsets(end).partitionResult(partition)).offset()
                > answer(admin.listOffsets(end, committed).partitionResult(partition))
                        .offset();
    }

    /** Returns the committed offset of a group in each partition that has one. */
    Map<TopicPartition, Long> committed(String group) {
        var committed = new HashMap<TopicPartition, Long>();
        Map<TopicPartition, OffsetAndMetadata> known =
                answer(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
        known.forEach((partition, offset) -> {
            if (offset != null) {
                committed.put(partition, offset.offset());
            }
        });
        return committed;
    }

    @Override
    public void close() {
        admin.close(Duration.ofSeconds(1));
    }

    private static <T> T answer(KafkaFuture<T> future) {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw new RebuildException(
                    "Kafka does not answer as expected: " + e.getCause().getMessage(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RebuildException("It was interrupted.", e);
        }
    }
}

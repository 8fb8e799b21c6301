package millrace.analytics.engine;

import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Writes with a producer of its own, because the task's is in a transaction, or waits for a batch. */
public final class BrokerFence implements WriterFence {
    private static final long WITHIN_SECONDS = 30;

    private final Map<String, Object> producer;

    /** @param producer settings of a producer without transactions */
    public BrokerFence(Map<String, Object> producer) {
        this.producer = producer;
    }

    @Override
    public void append(TopicPartition changelog, byte[] key, byte[] value) {
        var bytes = new ByteArraySerializer();
        try (var fence = new KafkaProducer<>(producer, bytes, bytes)) {
            fence.send(new ProducerRecord<>(changelog.topic(), changelog.partition(), key, value))
                    .get(WITHIN_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new KafkaException(changelog + " does not take the announcement of a new writer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("Stopped while a new writer was announced on " + changelog, e);
        }
    }
}

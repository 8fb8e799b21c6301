package millrace.generation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import millrace.events.Channel;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;

/** Publishes records, and returns when every in-sync replica has all of them. */
public final class RecordPublisher {
    private static final Map<String, Object> SETTINGS = Map.of(
            "acks", "all",
            "enable.idempotence", true,
            "linger.ms", 0,
            "delivery.timeout.ms", 10_000,
            "request.timeout.ms", 5_000,
            "max.block.ms", 20_000);

    private RecordPublisher() {}

    /**
     * Publishes the records in their sequence. Readers may see the first ones before this method returns.
     *
     * @param client Kafka client properties
     * @param channel formats of the records
     * @return the offset of the last record; -1 if there is none
     * @throws RebuildException if the broker is not reached within 20 s, or does not acknowledge a record within 10 s
     */
    public static <K, V> long publish(
            Map<String, ?> client, Channel<K, V> channel, List<ProducerRecord<K, V>> records) {
        if (records.isEmpty()) {
            return -1;
        }
        var settings = new HashMap<String, Object>(client);
        settings.putAll(SETTINGS);
        try (var producer = new KafkaProducer<>(
                settings, channel.key().serializer(), channel.value().serializer())) {
            var answers = new ArrayList<Future<RecordMetadata>>();
            for (var record : records) {
                answers.add(producer.send(record));
            }
            var last = -1L;
            for (var answer : answers) {
                last = answer.get().offset();
            }
            return last;
        } catch (ExecutionException e) {
            throw refusal(records.getFirst(), e.getCause());
        } catch (KafkaException e) {
            throw refusal(records.getFirst(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RebuildException("It was interrupted.", e);
        }
    }

    private static RebuildException refusal(ProducerRecord<?, ?> record, Throwable cause) {
        return new RebuildException(
                "The channel %s cannot be written: %s".formatted(record.topic(), cause.getMessage()), cause);
    }
}

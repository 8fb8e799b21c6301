package millrace.analytics.rebuild;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import millrace.analytics.rebuild.CompactedView.RawRecord;
import millrace.generation.RebuildException;
import millrace.paas.PaasSettings;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Publishes records to one partition. */
final class RecordPublisher {
    private static final Map<String, Object> SETTINGS = Map.of(
            "acks", "all",
            "enable.idempotence", true,
            "delivery.timeout.ms", 20_000,
            "request.timeout.ms", 10_000,
            "max.block.ms", 20_000);

    private RecordPublisher() {}

    /**
     * Publishes the records; returns after every in-sync replica has all of them. Readers may see the first ones before
     * that.
     *
     * @throws RebuildException if the broker does not acknowledge them within 20 s
     */
    static void publish(PaasSettings settings, String topic, int partition, List<RawRecord> rows) {
        if (rows.isEmpty()) {
            return;
        }
        var client = new HashMap<String, Object>(settings.kafka());
        client.putAll(SETTINGS);
        try (var producer = new KafkaProducer<>(client, new ByteArraySerializer(), new ByteArraySerializer())) {
            var answers = new ArrayList<Future<RecordMetadata>>();
            for (var row : rows) {
                answers.add(producer.send(new ProducerRecord<>(topic, partition, row.key(), row.value())));
            }
            for (var answer : answers) {
                answer.get();
            }
        } catch (ExecutionException e) {
            throw new RebuildException(
                    "The channel %s cannot be written: %s"
                            .formatted(topic, e.getCause().getMessage()),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RebuildException("It was interrupted.", e);
        }
    }
}

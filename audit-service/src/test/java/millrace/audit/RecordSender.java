package millrace.audit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import millrace.events.Catalogue;
import millrace.local.Platform;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Sends records to channels, with or without Kafka transactions. */
public final class RecordSender implements AutoCloseable {
    private final Platform platform;
    private final KafkaProducer<byte[], byte[]> producer;

    public RecordSender(Platform platform, Map<String, Object> more) {
        var settings = new HashMap<>(platform.kafkaClient());
        settings.putAll(more);
        this.platform = platform;
        this.producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    static RecordSender transactional(Platform platform) {
        var sender = new RecordSender(platform, Map.of("transactional.id", platform.topic("traffic")));
        sender.producer.initTransactions();
        return sender;
    }

    public void send(String channel, long time, byte[] key, byte[] value, Headers headers) {
        producer.send(new ProducerRecord<>(platform.topic(channel), 0, time, key, value, headers));
    }

    /** @return offset of the record, after the broker has acknowledged it */
    public long sent(String channel, long time, String value) throws ExecutionException, InterruptedException {
        var bytes = value.getBytes(UTF_8);
        // A compacted topic accepts no record without a key.
        var key = Catalogue.entry(channel).cleanupPolicy().equals("compact") ? bytes : null;
        return producer.send(new ProducerRecord<>(platform.topic(channel), 0, time, key, bytes))
                .get()
                .offset();
    }

    /** Sends numbered records, distributed over the partitions by key. */
    void send(String channel, int from, int to) {
        IntStream.range(from, to).mapToObj(Integer::toString).forEach(number -> {
            var bytes = number.getBytes(UTF_8);
            producer.send(new ProducerRecord<>(platform.topic(channel), bytes, bytes));
        });
        producer.flush();
    }

    void commit(String channel, int from, int to) {
        producer.beginTransaction();
        send(channel, from, to);
        producer.commitTransaction();
    }

    void abort(String channel, int from, int to) {
        producer.beginTransaction();
        send(channel, from, to);
        producer.abortTransaction();
    }

    @Override
    public void close() {
        producer.close();
    }
}

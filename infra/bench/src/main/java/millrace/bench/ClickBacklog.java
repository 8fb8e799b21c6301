package millrace.bench;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.concurrent.atomic.AtomicReference;
import millrace.bench.ClickGenerator.Shape;
import millrace.events.Channels;
import millrace.local.Platform;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Writes a backlog of clicks to their channel. */
final class ClickBacklog {
    private ClickBacklog() {}

    /** Writes the clicks and returns when all are acknowledged. The last click has a timestamp just before the call. */
    static void write(Platform platform, Shape shape, int count, BenchmarkShutdown stop) {
        var settings = new HashMap<>(platform.kafkaClient());
        settings.put("acks", "all");
        settings.put("linger.ms", 5);
        settings.put("batch.size", 128 << 10);
        var topic = platform.topic(Channels.CLICKS.name());
        var generator = new ClickGenerator(
                shape, Instant.now().truncatedTo(ChronoUnit.MILLIS).minus(shape.span(count)));
        var failure = new AtomicReference<Exception>();
        var producer = new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
        try {
            for (int number = 0; number < count && failure.get() == null; number++) {
                stop.check();
                producer.send(
                        generator.next().toRecord(topic), (metadata, reason) -> failure.compareAndSet(null, reason));
            }
            producer.flush();
        } finally {
            producer.close(Duration.ofSeconds(5));
        }
        if (failure.get() != null) {
            throw new BenchmarkException(
                    "The backlog cannot be written: " + failure.get().getMessage(), failure.get());
        }
    }
}

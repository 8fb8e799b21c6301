package millrace.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import millrace.lag.GroupLag;
import millrace.lag.GroupObserver;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Observes the lag of a consumer that a test blocks; each test has a channel and a group of its own. */
@Tag("platform")
@Tag("embedded")
@Timeout(180)
class ConsumerLagTest {
    private static final Duration WITHIN = Duration.ofSeconds(60);
    private static final Duration OBSERVE_EVERY = Duration.ofMillis(500);
    private static final Duration STALE_AFTER = Duration.ofSeconds(3);

    private static EmbeddedPlatform platform;

    private KafkaConsumer<String, String> consumer;
    private GroupObserver observer;
    private GroupLag lag;
    private String topic;
    private int read;

    @BeforeAll
    static void start(@TempDir Path home) {
        platform = EmbeddedPlatform.start(home, new PlatformOptions().transactions(true));
    }

    @AfterAll
    static void stop() {
        platform.close();
    }

    @AfterEach
    void close() {
        observer.close();
        consumer.close();
    }

    @Test
    @Tag("long")
    void a_consumer_that_is_blocked_is_further_behind_with_each_second_and_comes_back_to_zero() throws Exception {
        observe("clicks", "blocked");
        write(3, Instant.now());
        await().atMost(WITHIN).until(() -> readAndCommit() == 3);
        awaitNoLag();

        write(5, Instant.now());

        await().atMost(WITHIN).pollInterval(OBSERVE_EVERY).until(() -> seconds() > 4);
        assertThat(lag.records(topic)).isEqualTo(5);
        var before = seconds();
        await().atMost(WITHIN).pollInterval(OBSERVE_EVERY).until(() -> seconds() > before + 2);

        await().atMost(WITHIN).until(() -> readAndCommit() == 8);
        awaitNoLag();
    }

    @Test
    void a_consumer_that_starts_with_old_records_is_as_far_behind_as_they_are_old() throws Exception {
        observe("transactions", "late");
        write(2, Instant.now().minus(Duration.ofHours(1)));

        await().atMost(WITHIN).pollInterval(OBSERVE_EVERY).until(() -> seconds() >= 3_600);
        assertThat(seconds()).isLessThan(4_000);

        await().atMost(WITHIN).until(() -> readAndCommit() == 2);
        awaitNoLag();
    }

    @Test
    void a_wrong_clock_of_a_producer_does_not_age_a_record_whose_append_was_observed() throws Exception {
        observe("orders", "punctual");
        write(1, Instant.now());
        await().atMost(WITHIN).until(() -> readAndCommit() == 1);
        awaitNoLag();

        write(1, Instant.now().minus(Duration.ofDays(400)));

        await().atMost(WITHIN).pollInterval(OBSERVE_EVERY).until(() -> seconds() > 2);
        assertThat(seconds()).isLessThan(WITHIN.toSeconds());
    }

    @Test
    void the_marker_of_a_transaction_is_no_lag() throws Exception {
        observe("order-state", "unmarked");
        var settings = new HashMap<>(platform.kafkaClient());
        settings.put("transactional.id", platform.topic("unmarked"));
        try (var producer = producer(settings)) {
            producer.initTransactions();
            producer.beginTransaction();
            var written = producer.send(new ProducerRecord<>(topic, 0, "key", "value"));
            producer.commitTransaction();
            await().atMost(WITHIN).until(() -> readAndCommit() == 1);
            var partition = new TopicPartition(topic, 0);
            consumer.commitSync(
                    Map.of(partition, new OffsetAndMetadata(written.get().offset() + 1)));
            assertThat(consumer.endOffsets(List.of(partition)))
                    .containsEntry(partition, written.get().offset() + 2);
        }

        observer.observe();

        assertThat(lag.records(topic)).isZero();
        assertThat(lag.seconds(topic, System.nanoTime())).isZero();
    }

    @Test
    @Tag("long")
    void while_the_broker_is_away_the_lag_grows() throws Exception {
        observe("rejected-events", "orphan");
        write(1, Instant.now());
        await().atMost(WITHIN).until(() -> readAndCommit() == 1);
        awaitNoLag();
        var broker = platform.brokers().getFirst();

        broker.stop();
        try {
            assertThatThrownBy(observer::observe).isInstanceOf(ExecutionException.class);
            await().atMost(WITHIN).until(() -> lag.seconds(topic, System.nanoTime()) > STALE_AFTER.toSeconds() + 1);
        } finally {
            broker.start();
        }

        await().atMost(WITHIN).ignoreExceptions().pollInterval(OBSERVE_EVERY).until(() -> seconds() == 0);
    }

    private void observe(String channel, String group) {
        topic = platform.topic(channel);
        lag = new GroupLag(System.nanoTime(), STALE_AFTER);
        observer = new GroupObserver(platform.kafkaClient(), platform.topic(group), List.of(topic), lag);
        var settings = new HashMap<>(platform.kafkaClient());
        settings.put("group.id", platform.topic(group));
        settings.put("auto.offset.reset", "earliest");
        settings.put("enable.auto.commit", false);
        consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer());
        consumer.subscribe(List.of(topic));
    }

    private double seconds() throws Exception {
        observer.observe();
        return lag.seconds(topic, System.nanoTime());
    }

    private void awaitNoLag() {
        await().atMost(WITHIN).pollInterval(OBSERVE_EVERY).until(() -> seconds() == 0 && lag.records(topic) == 0);
    }

    /** Returns how many records the group has read since the start of the test. */
    private int readAndCommit() {
        read += consumer.poll(Duration.ofMillis(200)).count();
        consumer.commitSync();
        return read;
    }

    private void write(int records, Instant timestamp) {
        try (var producer = producer(platform.kafkaClient())) {
            for (var number = 0; number < records; number++) {
                producer.send(new ProducerRecord<>(topic, 0, timestamp.toEpochMilli(), "key", "value"));
            }
        }
    }

    private static KafkaProducer<String, String> producer(Map<String, Object> settings) {
        return new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer());
    }
}

package millrace.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Tag("platform")
@Tag("embedded")
@Tag("long")
@Timeout(300)
class BrokerFailureTest {
    @Test
    void a_broker_of_three_loses_its_disk_and_nothing_stops(@TempDir Path folder) throws Exception {
        try (var platform = EmbeddedPlatform.start(DataDirectory.open(folder.resolve("home")), 3)) {
            var topic = platform.topic("clicks");
            var client = PlainKafkaClient.client(platform.configVars());
            client.put("acks", "all");
            try (var producer = new KafkaProducer<String, String>(client)) {
                producer.send(new ProducerRecord<>(topic, 0, "key", "before")).get();
                var failed = platform.failBroker(true);
                assertThat(failed.isReady()).isFalse();
                assertThatThrownBy(() -> platform.failBroker(false))
                        .isInstanceOf(StartException.class)
                        .hasMessageContaining(failed.name() + " is not up");
                producer.send(new ProducerRecord<>(topic, 0, "key", "while it is down"))
                        .get();

                failed.start();
                try (var admin = Admin.create(platform.kafkaClient())) {
                    await().atMost(Duration.ofSeconds(120))
                            .until(
                                    () -> admin
                                            .describeTopics(List.of(topic))
                                            .allTopicNames()
                                            .get()
                                            .get(topic)
                                            .partitions()
                                            .stream()
                                            .allMatch(
                                                    partition -> partition.isr().size() == 3));
                }
                producer.send(new ProducerRecord<>(topic, 0, "key", "after")).get();
            }
            try (var consumer = new KafkaConsumer<String, String>(client)) {
                var partition = new TopicPartition(topic, 0);
                consumer.assign(List.of(partition));
                consumer.seekToBeginning(List.of(partition));
                assertThat(consumer.poll(Duration.ofSeconds(30)).records(partition))
                        .extracting(record -> record.value())
                        .containsExactly("before", "while it is down", "after");
            }
        }
    }

    @Test
    void a_broker_alone_starts_again_with_its_disk_and_keeps_it(@TempDir Path folder) {
        try (var platform = EmbeddedPlatform.start(folder)) {
            assertThatThrownBy(() -> platform.failBroker(true))
                    .isInstanceOf(StartException.class)
                    .hasMessageContaining("bin/up with --brokers 3");

            var failed = platform.failBroker(false);
            assertThat(failed.process().isAlive()).isFalse();
            failed.start();
            await().atMost(Duration.ofSeconds(60)).until(failed::isReady);
        }
    }
}

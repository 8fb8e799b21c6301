package millrace.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
@Timeout(180)
class CertificateRotationTest {
    @Test
    void former_and_new_certificates_work_until_the_next_start_and_no_record_is_lost(@TempDir Path folder)
            throws Exception {
        var vars = new HashMap<String, String>();
        try (var platform = EmbeddedPlatform.start(folder)) {
            var former = platform.configVars();
            send(platform, former, "before");

            platform.replaceCertificates();
            assertThat(platform.configVars())
                    .as("a process that starts before the broker has the certificates that it trusts")
                    .isEqualTo(former);
            send(platform, platform.configVars(), "by a process that has started meanwhile");
            var broker = platform.brokers().getFirst();
            broker.stop();
            broker.start();
            await().atMost(Duration.ofSeconds(60)).until(broker::isReady);
            platform.useNewCertificates();
            vars.putAll(platform.configVars());

            assertThat(vars.get("KAFKA_CLIENT_CERT")).isNotEqualTo(former.get("KAFKA_CLIENT_CERT"));
            assertThat(vars.get("KAFKA_TRUSTED_CERT").split("BEGIN CERTIFICATE"))
                    .hasSize(3);
            send(platform, former, "by a process that has not started again");
            send(platform, vars, "by a process that has");
            assertThat(read(platform, vars)).hasSize(4);
            assertThat(read(platform, former)).hasSize(4);
            vars.put("FORMER_CERT", former.get("KAFKA_CLIENT_CERT"));
            vars.put("FORMER_KEY", former.get("KAFKA_CLIENT_CERT_KEY"));
        }

        try (var platform = EmbeddedPlatform.start(folder)) {
            var now = platform.configVars();
            assertThat(now.get("KAFKA_CLIENT_CERT")).isEqualTo(vars.get("KAFKA_CLIENT_CERT"));
            assertThat(now.get("KAFKA_TRUSTED_CERT").split("BEGIN CERTIFICATE")).hasSize(2);
            assertThat(read(platform, now)).hasSize(4);
            var stale = new HashMap<>(now);
            stale.put("KAFKA_CLIENT_CERT", vars.get("FORMER_CERT"));
            stale.put("KAFKA_CLIENT_CERT_KEY", vars.get("FORMER_KEY"));
            assertThatThrownBy(() -> send(platform, stale, "too late")).isInstanceOf(Exception.class);
        }
    }

    private static void send(EmbeddedPlatform platform, Map<String, String> vars, String value) throws Exception {
        var client = PlainKafkaClient.client(vars);
        client.put("max.block.ms", 10_000);
        try (var producer = new KafkaProducer<String, String>(client)) {
            producer.send(new ProducerRecord<>(platform.topic("clicks"), 0, "key", value))
                    .get();
        }
    }

    private static List<String> read(EmbeddedPlatform platform, Map<String, String> vars) {
        try (var consumer = new KafkaConsumer<String, String>(PlainKafkaClient.client(vars))) {
            var partition = new TopicPartition(platform.topic("clicks"), 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            return consumer.poll(Duration.ofSeconds(30)).records(partition).stream()
                    .map(record -> record.value())
                    .toList();
        }
    }
}

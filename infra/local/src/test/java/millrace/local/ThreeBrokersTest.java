package millrace.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import millrace.channels.KafkaIdentities;
import millrace.channels.Plan;
import millrace.events.Catalogue;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.quota.ClientQuotaEntity;
import org.apache.kafka.common.quota.ClientQuotaFilter;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A platform of three brokers that grants transactional ids, on a plan with a prefix and quotas. */
@Tag("platform")
@Tag("embedded")
@Tag("long")
class ThreeBrokersTest {
    private static EmbeddedPlatform platform;

    @BeforeAll
    static void start(@TempDir Path directory) {
        var options = new PlatformOptions().plan(Plan.BASIC_0).brokers(3).transactions(true);
        platform = EmbeddedPlatform.start(directory, options);
    }

    @AfterAll
    static void stop() {
        platform.close();
    }

    @Test
    void every_topic_has_a_replica_on_each_broker() throws Exception {
        assertThat(platform.configVars().get("KAFKA_URL").split(",")).hasSize(3);
        var names = Catalogue.entries().stream()
                .map(entry -> platform.topic(entry.name()))
                .toList();
        try (var admin = Admin.create(platform.kafkaClient())) {
            assertThat(admin.describeTopics(names).allTopicNames().get().values())
                    .flatExtracting(topic -> topic.partitions())
                    .isNotEmpty()
                    .allSatisfy(partition -> assertThat(partition.replicas()).hasSize(3));
        }
    }

    @Test
    void each_broker_has_its_share_of_the_quotas() throws Exception {
        try (var admin = Admin.create(platform.kafkaClient())) {
            var quotas = admin.describeClientQuotas(ClientQuotaFilter.all())
                    .entities()
                    .get();

            assertThat(quotas)
                    .containsOnlyKeys(new ClientQuotaEntity(Map.of(ClientQuotaEntity.USER, KafkaIdentities.SHARED)));
            assertThat(quotas.values().iterator().next())
                    .containsEntry("producer_byte_rate", 21_333.0)
                    .containsEntry("consumer_byte_rate", 85_333.0);
        }
    }

    @Test
    void granted_transactional_ids_have_the_prefix() {
        // fork: analytics
        assertThat(platform.configVars()).containsEntry("ANALYTICS_GUARANTEE", "exactly_once_v2");
        // fork: end
        var client = new HashMap<>(PlainKafkaClient.client(platform.configVars()));
        client.put("transactional.id", platform.topic("orders-1"));
        try (var producer = new KafkaProducer<String, String>(client)) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>(platform.topic("orders"), "key", "a change"));
            producer.commitTransaction();
        }
    }
}

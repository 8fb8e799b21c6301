package millrace.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import millrace.channels.Plan;
import millrace.events.Catalogue;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The rules of a shared cluster, on a broker of the version that the reference platform runs. */
@Tag("platform")
@Tag("embedded")
@Tag("long")
class BasicPlanTest {
    private static final Duration SOON = Duration.ofSeconds(60);

    private static EmbeddedPlatform platform;
    private static Map<String, Object> app;

    @BeforeAll
    static void start(@TempDir Path directory) {
        var options = new PlatformOptions()
                .plan(Plan.BASIC_0)
                .kafka(KafkaVersion.V3_9)
                .twoAuthorities()
                .groups(List.of("of-the-user"));
        platform = EmbeddedPlatform.start(directory, options);
        app = PlainKafkaClient.client(platform.configVars());
    }

    @AfterAll
    static void stop() {
        platform.close();
    }

    @Test
    void the_broker_is_of_the_other_version() throws Exception {
        try (var admin = Admin.create(platform.kafkaClient())) {
            var features = admin.describeFeatures().featureMetadata().get().supportedFeatures();

            assertThat(features.get("metadata.version").maxVersion())
                    .as("level of the metadata of 3.9, 3.9-IV0")
                    .isEqualTo((short) 21);
        }
    }

    @Test
    void names_have_the_prefix_and_no_other_name_is_allowed() throws Exception {
        assertThat(platform.configVars().get("KAFKA_PREFIX")).matches("millrace-[0-9]{5}\\.");
        try (var admin = Admin.create(platform.kafkaClient())) {
            var unknown = new NewTopic(platform.topic("not-created-by-command"), 1, (short) 1);
            admin.createTopics(List.of(new NewTopic("of-another-tenant", 1, (short) 1), unknown))
                    .all()
                    .get();
        }

        send(platform.topic("clicks"), "a click");
        for (var topic : List.of("of-another-tenant", "clicks", platform.topic("not-created-by-command"))) {
            assertThatThrownBy(() -> send(topic, "a record"))
                    .as(topic)
                    .hasCauseInstanceOf(TopicAuthorizationException.class);
        }
    }

    @Test
    void a_consumer_group_must_exist_first() {
        for (var group : List.of("orders", "of-the-user")) {
            join(platform.topic(group));
        }

        for (var group : List.of(platform.topic("orders-g2"), platform.topic("never-created"), "orders")) {
            assertThatThrownBy(() -> join(group)).as(group).isInstanceOf(GroupAuthorizationException.class);
        }
    }

    @Test
    void the_application_makes_no_topics_and_uses_no_transactions() {
        var another = new NewTopic(platform.topic("another"), 1, (short) 1);
        try (var admin = Admin.create(app)) {
            assertThatThrownBy(() -> admin.createTopics(List.of(another)).all().get())
                    .hasCauseInstanceOf(AuthorizationException.class);
        }

        var transactional = new HashMap<>(app);
        transactional.put("transactional.id", platform.topic("orders-1"));
        try (var producer = new KafkaProducer<String, String>(transactional)) {
            assertThatThrownBy(producer::initTransactions).isInstanceOf(TransactionalIdAuthorizationException.class);
        }
    }

    @Test
    void permissions_are_for_single_topics_and_groups_and_for_nothing_else() throws Exception {
        try (var admin = Admin.create(platform.kafkaClient())) {
            assertThat(admin.describeAcls(AclBindingFilter.ANY).values().get())
                    .extracting(AclBinding::pattern)
                    .isNotEmpty()
                    .allMatch(pattern -> pattern.patternType() == PatternType.LITERAL
                            && (pattern.resourceType() == ResourceType.TOPIC
                                    || pattern.resourceType() == ResourceType.GROUP)
                            && pattern.name().startsWith(platform.topic("")));
        }
    }

    @Test
    void records_of_every_topic_expire_also_of_compacted_ones() throws Exception {
        var topics = Catalogue.entries().stream()
                .map(entry -> new ConfigResource(ConfigResource.Type.TOPIC, platform.topic(entry.name())))
                .toList();
        try (var admin = Admin.create(platform.kafkaClient())) {
            var configs = admin.describeConfigs(topics).all().get();

            assertThat(configs.values()).allSatisfy(config -> {
                assertThat(config.get("cleanup.policy").value()).contains("delete");
                assertThat(Duration.ofMillis(
                                Long.parseLong(config.get("retention.ms").value())))
                        .isBetween(Plan.BASIC_0.minRetention(), Plan.BASIC_0.maxRetention());
            });
            assertThat(configs.get(new ConfigResource(ConfigResource.Type.TOPIC, platform.topic("order-state")))
                            .get("cleanup.policy")
                            .value())
                    .isEqualTo("compact,delete");
        }
    }

    @Test
    void a_client_is_slowed_down_beyond_the_quota_and_loses_nothing() throws Exception {
        var quota = Plan.BASIC_0.produceBytesPerSecond().orElseThrow();
        var client = new HashMap<>(app);
        client.put("batch.size", 16_384);
        try (var producer = new KafkaProducer<String, String>(client)) {
            var record = "x".repeat(10_000);
            for (var sent = 0L; sent < 20 * quota; sent += record.length()) {
                producer.send(new ProducerRecord<>(platform.topic("orders"), "key", record))
                        .get(SOON.toSeconds(), TimeUnit.SECONDS);
                if (longestThrottle(producer) > 0) {
                    return;
                }
            }
            assertThat(longestThrottle(producer))
                    .as("throttle time after 20 s of the quota at once")
                    .isPositive();
        }
    }

    private static double longestThrottle(KafkaProducer<?, ?> producer) {
        return producer.metrics().entrySet().stream()
                .filter(metric -> metric.getKey().name().equals("produce-throttle-time-max"))
                .mapToDouble(metric -> (double) metric.getValue().metricValue())
                .filter(Double::isFinite)
                .max()
                .orElse(0);
    }

    @Test
    void while_the_authority_is_replaced_there_are_two_certificates() {
        assertThat(platform.configVars().get("KAFKA_TRUSTED_CERT").split("-----BEGIN CERTIFICATE-----"))
                .hasSize(3);
    }

    private static void join(String group) {
        var client = new HashMap<>(app);
        client.put("group.id", group);
        try (var consumer = new KafkaConsumer<String, String>(client)) {
            consumer.subscribe(List.of(platform.topic("clicks")));
            var end = System.nanoTime() + SOON.toNanos();
            while (consumer.assignment().isEmpty()) {
                consumer.poll(Duration.ofMillis(100));
                assertThat(System.nanoTime()).as("the group forms").isLessThan(end);
            }
        }
    }

    private static void send(String topic, String value) throws ExecutionException, InterruptedException {
        try (var producer = new KafkaProducer<String, String>(app)) {
            producer.send(new ProducerRecord<>(topic, "key", value)).get();
        }
    }
}

package millrace.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import millrace.events.Catalogue;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("platform")
class PlatformTest {
    private static Platform platform;
    private static Map<String, Object> app;

    @BeforeAll
    static void start(@TempDir Path directory) {
        platform = Platform.start(directory);
        app = PlainKafkaClient.client(platform.configVars());
    }

    @AfterAll
    static void stop() {
        platform.close();
    }

    @Test
    void the_application_writes_and_reads_a_channel() throws Exception {
        send(platform.topic("clicks"), "a click");

        try (var consumer = new KafkaConsumer<String, String>(app)) {
            consumer.subscribe(List.of(platform.topic("clicks")));
            var records = consumer.poll(Duration.ofSeconds(20));
            assertThat(records).extracting(record -> record.value()).containsExactly("a click");
            consumer.commitSync();
        }
    }

    @Test
    void the_application_may_use_transactions_of_its_prefix() {
        app.put("transactional.id", platform.topic("analytics-1"));
        try (var producer = new KafkaProducer<String, String>(app)) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>(platform.topic("visits"), "key", "a visit"));
            producer.commitTransaction();
        } finally {
            app.remove("transactional.id");
        }
    }

    @Test
    void the_application_sees_nothing_that_is_not_a_channel() throws Exception {
        try (var admin = Admin.create(platform.kafkaClient())) {
            admin.createTopics(List.of(new NewTopic("of-another-tenant", 1, (short) 1)))
                    .all()
                    .get();
        }

        assertThatThrownBy(() -> send("of-another-tenant", "prying"))
                .hasCauseInstanceOf(TopicAuthorizationException.class);
        assertThatThrownBy(() -> send("clicks", "the prefix was forgotten"))
                .hasCauseInstanceOf(TopicAuthorizationException.class);
    }

    @Test
    void the_application_makes_no_topics_and_joins_no_group_without_the_prefix() {
        var another = new NewTopic(platform.topic("another"), 1, (short) 1);
        try (var admin = Admin.create(app)) {
            assertThatThrownBy(() -> admin.createTopics(List.of(another)).all().get())
                    .hasCauseInstanceOf(AuthorizationException.class);
        }

        app.put("group.id", "orders");
        try (var consumer = new KafkaConsumer<String, String>(app)) {
            consumer.subscribe(List.of(platform.topic("clicks")));
            assertThatThrownBy(() -> consumer.poll(Duration.ofSeconds(20))).isInstanceOf(AuthorizationException.class);
        } finally {
            app.put("group.id", platform.topic("orders"));
        }
    }

    @Test
    void a_client_without_a_certificate_is_refused() {
        Map<String, Object> stranger = app.entrySet().stream()
                .filter(setting -> !setting.getKey().startsWith("ssl.keystore"))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
        try (var consumer = new KafkaConsumer<String, String>(stranger)) {
            assertThatThrownBy(() -> consumer.listTopics(Duration.ofSeconds(10)))
                    .isInstanceOf(KafkaException.class);
        }
    }

    @Test
    void every_entry_of_the_catalogue_is_a_topic() throws Exception {
        try (var admin = Admin.create(app)) {
            var names = Catalogue.entries().stream()
                    .map(entry -> platform.topic(entry.name()))
                    .toList();
            var topics = admin.describeTopics(names).allTopicNames().get();
            assertThat(Catalogue.entries())
                    .allSatisfy(entry -> assertThat(
                                    topics.get(platform.topic(entry.name())).partitions())
                            .hasSize(entry.partitions()));
        }
    }

    @Test
    void the_database_is_the_applications_own() throws Exception {
        var url = URI.create(platform.configVars().get("DATABASE_URL"));
        var login = url.getRawUserInfo().split(":");
        var password = URLDecoder.decode(login[1], StandardCharsets.UTF_8);
        var jdbc = "jdbc:postgresql://" + url.getHost() + ":" + url.getPort() + url.getPath();

        try (var connection = DriverManager.getConnection(jdbc, login[0], password)) {
            connection.createStatement().execute("CREATE SCHEMA orders");
        }

        assertThat(login[1]).as("a password that a URL must encode").contains("%40");
        assertThatThrownBy(() -> DriverManager.getConnection(jdbc, login[0], "guess"))
                .hasMessageContaining("password");
    }

    private static void send(String topic, String value) throws Exception {
        try (var producer = new KafkaProducer<String, String>(app)) {
            producer.send(new ProducerRecord<>(topic, "key", value)).get();
        }
    }
}

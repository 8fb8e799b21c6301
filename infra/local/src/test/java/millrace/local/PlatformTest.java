package millrace.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import millrace.events.Catalogue;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A platform with the default options, whatever runs it: the rules of a dedicated cluster. */
@Tag("platform")
class PlatformTest {
    private static Platform platform;
    private static Map<String, Object> app;

    @BeforeAll
    static void start(@TempDir Path directory) {
        assumeThat(Platform.Provider.ofTests())
                .as("on a remote platform the application has the rights of the client that is given")
                .isNotEqualTo(Platform.Provider.REMOTE);
        platform = Platform.start(directory);
        app = PlainKafkaClient.client(platform.configVars());
    }

    @AfterAll
    static void stop() {
        if (platform != null) {
            platform.close();
        }
    }

    @Test
    void the_application_writes_and_reads_a_channel() throws Exception {
        send(platform.topic("clicks"), "a click");

        try (var consumer = new KafkaConsumer<String, String>(app)) {
            consumer.subscribe(List.of(platform.topic("clicks")));
            var records = consumer.poll(Duration.ofSeconds(60));
            assertThat(records).extracting(record -> record.value()).containsExactly("a click");
            consumer.commitSync();
        }
    }

    @Test
    @Tag("embedded")
    void names_have_no_prefix_and_every_topic_and_group_of_the_cluster_is_the_applications() throws Exception {
        assertThat(platform.configVars()).doesNotContainKey("KAFKA_PREFIX");
        try (var admin = Admin.create(platform.kafkaClient())) {
            admin.createTopics(List.of(new NewTopic("of-the-user", 1, (short) 1)))
                    .all()
                    .get();
        }

        send("of-the-user", "a record");
        try (var admin = Admin.create(app)) {
            assertThat(admin.listTopics().names().get()).contains("clicks", "of-the-user");
            assertThat(admin.deleteConsumerGroups(List.of("never-seen")).all().toCompletionStage())
                    .as("no group to delete, which the broker tells only to who may delete it")
                    .failsWithin(Duration.ofSeconds(60))
                    .withThrowableOfType(ExecutionException.class)
                    .withCauseInstanceOf(GroupIdNotFoundException.class);
        }
    }

    @Test
    void the_application_makes_and_changes_no_topics_and_uses_no_transactions() {
        var another = new NewTopic("another", 1, (short) 1);
        try (var admin = Admin.create(app)) {
            assertThatThrownBy(() -> admin.createTopics(List.of(another)).all().get())
                    .hasCauseInstanceOf(AuthorizationException.class);
            assertThatThrownBy(() -> admin.deleteTopics(List.of("clicks")).all().get())
                    .hasCauseInstanceOf(AuthorizationException.class);
        }

        var transactional = new HashMap<>(app);
        transactional.put("transactional.id", "orders-1");
        try (var producer = new KafkaProducer<String, String>(transactional)) {
            assertThatThrownBy(producer::initTransactions).isInstanceOf(TransactionalIdAuthorizationException.class);
        }
        // fork: analytics
        assertThat(platform.configVars()).containsEntry("ANALYTICS_GUARANTEE", "at_least_once");
        // fork: end
    }

    @Test
    void a_broker_has_another_name_than_its_certificate_and_a_key_is_pkcs_1() {
        var strict = new HashMap<>(app);
        strict.put("ssl.endpoint.identification.algorithm", "https");
        try (var consumer = new KafkaConsumer<String, String>(strict)) {
            assertThatThrownBy(() -> consumer.listTopics(Duration.ofSeconds(60)))
                    .isInstanceOf(SslAuthenticationException.class);
        }

        assertThat(platform.configVars().get("KAFKA_CLIENT_CERT_KEY")).startsWith("-----BEGIN RSA PRIVATE KEY-----");
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
        try (var connection = connect("DATABASE_URL")) {
            connection.createStatement().execute("CREATE SCHEMA orders CREATE TABLE secrets (id int)");
        }
        try (var connection = connect("CONSUMER_DATABASE_URL")) {
            var statement = connection.createStatement();
            statement.execute("CREATE SCHEMA mine CREATE TABLE things (id int)");
            assertThatThrownBy(() -> statement.execute("SELECT * FROM orders.secrets"))
                    .hasMessageContaining("permission denied for schema orders");
        }

        var login = login("DATABASE_URL");
        assertThat(login[1]).as("a password that a URL must encode").contains("%40");
        assertThatThrownBy(() -> DriverManager.getConnection(jdbc("DATABASE_URL"), login[0], "guess"))
                .hasMessageContaining("password");
    }

    private static Connection connect(String name) throws SQLException {
        var login = login(name);
        return DriverManager.getConnection(jdbc(name), login[0], URLDecoder.decode(login[1], StandardCharsets.UTF_8));
    }

    /** User and password of a config var, as they are in its URL. */
    private static String[] login(String name) {
        return URI.create(platform.configVars().get(name)).getRawUserInfo().split(":");
    }

    private static String jdbc(String name) {
        var url = URI.create(platform.configVars().get(name));
        return "jdbc:postgresql://" + url.getHost() + ":" + url.getPort() + url.getPath();
    }

    private static void send(String topic, String value) throws Exception {
        try (var producer = new KafkaProducer<String, String>(app)) {
            producer.send(new ProducerRecord<>(topic, "key", value)).get();
        }
    }
}

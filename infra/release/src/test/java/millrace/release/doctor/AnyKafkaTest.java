package millrace.release.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import millrace.channels.Finding;
import millrace.paas.Need;
import millrace.paas.PaasSettings;
import millrace.paas.Ports;
import millrace.release.CommandPlatform;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The config vars lead to a broker with every kind of listener, and the doctor says why they do not. */
@Tag("platform")
@Tag("embedded")
class AnyKafkaTest {
    private static final List<String> LISTENERS =
            List.of("CONTROLLER", "PLAINTEXT", "SASL_PLAINTEXT", "SSL", "SASL_SSL");
    private static final String PASSWORD = "pa\"ss\\1;$2";
    private static final String SCRAM_PASSWORD = "secret-512";
    private static final Duration STARTED_WITHIN = Duration.ofSeconds(60);

    @TempDir
    private static Path folder;

    private static final Map<String, Integer> PORTS = new HashMap<>();
    private static TestAuthority authority;
    private static Process broker;

    @BeforeAll
    static void start() throws Exception {
        authority = new TestAuthority("ca");
        for (var listener : LISTENERS) {
            PORTS.put(listener, Ports.free(0));
        }
        var settings = folder.resolve("server.properties");
        try (var file = Files.newBufferedWriter(settings)) {
            settings().store(file, null);
        }
        var format = java(
                "kafka.tools.StorageTool",
                "format",
                "-t",
                Uuid.randomUuid().toString(),
                "-c",
                settings.toString(),
                "--add-scram",
                "SCRAM-SHA-512=[name=shop,password=" + SCRAM_PASSWORD + "]");
        assertThat(format.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(format.exitValue()).as("format, see " + folder).isZero();
        broker = java("kafka.Kafka", settings.toString());
        await().atMost(STARTED_WITHIN).until(() -> PORTS.values().stream().allMatch(AnyKafkaTest::isListening));
        Files.writeString(folder.resolve("Procfile"), "release: none\n");
    }

    @AfterAll
    static void stop() throws InterruptedException {
        broker.destroy();
        if (!broker.waitFor(20, TimeUnit.SECONDS)) {
            broker.destroyForcibly().waitFor();
        }
    }

    @Test
    void plaintext_without_an_identity() throws Exception {
        assertThatARecordIsReadWith(Map.of("KAFKA_URL", url("kafka", "PLAINTEXT")));
    }

    @Test
    void a_user_without_tls_by_scram_and_by_plain() throws Exception {
        assertThatARecordIsReadWith(user("kafka", "SASL_PLAINTEXT", SCRAM_PASSWORD, "SCRAM-SHA-512"));
        assertThatARecordIsReadWith(user("kafka", "SASL_PLAINTEXT", PASSWORD, "PLAIN"));
    }

    @Test
    void a_user_with_tls_by_scram_and_by_plain() throws Exception {
        assertThatARecordIsReadWith(user("kafka+ssl", "SASL_SSL", SCRAM_PASSWORD, ""));
        assertThatARecordIsReadWith(user("kafka+ssl", "SASL_SSL", PASSWORD, "PLAIN"));
    }

    @Test
    void a_client_certificate() throws Exception {
        assertThatARecordIsReadWith(certificate(authority.sign("shop")));
    }

    @Test
    void a_wrong_password_is_said_to_be_refused() {
        assertThat(wrong(user("kafka", "SASL_PLAINTEXT", "wrong", "PLAIN")))
                .anyMatch(sentence ->
                        sentence.startsWith("The brokers refuse KAFKA_USERNAME with KAFKA_PASSWORD by PLAIN: "));
    }

    @Test
    void a_mechanism_that_the_broker_does_not_offer_is_named_with_those_that_it_offers() {
        assertThat(wrong(user("kafka", "SASL_PLAINTEXT", SCRAM_PASSWORD, "SCRAM-SHA-256")))
                .anyMatch(sentence -> sentence.startsWith("The brokers do not offer SCRAM-SHA-256: ")
                        && sentence.contains("SCRAM-SHA-512"));
    }

    @Test
    @Tag("long")
    void a_missing_user_is_supposed_where_no_client_is_accepted() {
        assertThat(findings(Map.of("KAFKA_URL", url("kafka", "SASL_PLAINTEXT"))))
                .anyMatch(finding -> finding.what().startsWith("The brokers accept connections and no client: ")
                        && finding.remedy().startsWith("they may expect KAFKA_USERNAME and KAFKA_PASSWORD"));
    }

    @Test
    void the_scheme_of_another_listener_is_named() {
        assertThat(wrong(Map.of("KAFKA_URL", url("kafka", "SSL"))))
                .contains("The brokers speak TLS, and KAFKA_URL begins with kafka://");
        assertThat(wrong(user("kafka+ssl", "SASL_PLAINTEXT", PASSWORD, "PLAIN")))
                .contains("The brokers do not speak TLS at these addresses, and KAFKA_URL begins with kafka+ssl://");
    }

    @Test
    void a_client_certificate_that_has_expired_is_named_and_refused() throws Exception {
        var expired = authority.sign("shop", Instant.now().minus(Duration.ofDays(1)));

        assertThat(wrong(certificate(expired)))
                .anyMatch(sentence -> sentence.startsWith("KAFKA_CLIENT_CERT expired at "))
                .anyMatch(sentence -> sentence.startsWith("The TLS handshake fails"));
    }

    @Test
    void a_client_certificate_of_another_authority_is_named_and_refused() throws Exception {
        var findings = findings(certificate(new TestAuthority("other").sign("shop")));

        assertThat(findings)
                .extracting(Finding::what)
                .anyMatch(sentence ->
                        sentence.startsWith("KAFKA_CLIENT_CERT is not signed by an authority of KAFKA_TRUSTED_CERT"))
                .anyMatch(sentence -> sentence.startsWith("The TLS handshake fails"));
    }

    @Test
    void a_broker_of_another_authority_is_named() throws Exception {
        var vars = new HashMap<>(certificate(authority.sign("shop")));
        vars.put("KAFKA_TRUSTED_CERT", new TestAuthority("other").certificate());

        assertThat(wrong(vars))
                .anyMatch(
                        sentence -> sentence.startsWith("No authority of KAFKA_TRUSTED_CERT has signed the certificate"
                                + " of the broker at 127.0.0.1:"));
    }

    private static void assertThatARecordIsReadWith(Map<String, String> vars) throws Exception {
        var client = new HashMap<String, Object>(
                PaasSettings.from(vars, Set.of(Need.KAFKA)).kafka());
        var topic = new TopicPartition("topic-" + Uuid.randomUuid(), 0);
        try (var admin = Admin.create(client)) {
            admin.createTopics(List.of(new NewTopic(topic.topic(), 1, (short) 1)))
                    .all()
                    .get(30, TimeUnit.SECONDS);
        }
        try (var producer = new KafkaProducer<>(client, new StringSerializer(), new StringSerializer())) {
            producer.send(new ProducerRecord<>(topic.topic(), "key", "value")).get(30, TimeUnit.SECONDS);
        }
        try (var consumer = new KafkaConsumer<>(client, new StringDeserializer(), new StringDeserializer())) {
            consumer.assign(List.of(topic));
            consumer.seekToBeginning(List.of(topic));
            var read = new ArrayList<String>();
            await().atMost(Duration.ofSeconds(30)).until(() -> {
                consumer.poll(Duration.ofMillis(200)).forEach(row -> read.add(row.value()));
                return !read.isEmpty();
            });
            assertThat(read).containsExactly("value");
        }
    }

    private static List<String> wrong(Map<String, String> vars) {
        return findings(vars).stream()
                .filter(Finding::isWrong)
                .map(Finding::what)
                .toList();
    }

    private static List<Finding> findings(Map<String, String> vars) {
        return new Doctor(new CommandPlatform(vars, Optional.empty(), folder), Clock.systemUTC()).findings();
    }

    private static Map<String, String> user(String scheme, String listener, String password, String mechanism) {
        var vars = new HashMap<String, String>();
        vars.put("KAFKA_URL", url(scheme, listener));
        vars.put("KAFKA_USERNAME", "shop");
        vars.put("KAFKA_PASSWORD", password);
        vars.put("KAFKA_SASL_MECHANISM", mechanism);
        if (scheme.equals("kafka+ssl")) {
            vars.put("KAFKA_TRUSTED_CERT", authority.certificate());
        }
        return vars;
    }

    private static Map<String, String> certificate(TestAuthority.Identity client) {
        return Map.of(
                "KAFKA_URL", url("kafka+ssl", "SSL"),
                "KAFKA_TRUSTED_CERT", authority.certificate(),
                "KAFKA_CLIENT_CERT", client.certificate(),
                "KAFKA_CLIENT_CERT_KEY", client.key());
    }

    private static String url(String scheme, String listener) {
        return scheme + "://" + address(listener);
    }

    private static String address(String listener) {
        return "127.0.0.1:" + PORTS.get(listener);
    }

    private static Properties settings() throws Exception {
        var identity = authority.sign("broker");
        var settings = new Properties();
        settings.put("node.id", "1");
        settings.put("process.roles", "broker,controller");
        settings.put("controller.quorum.voters", "1@" + address("CONTROLLER"));
        settings.put("controller.listener.names", "CONTROLLER");
        settings.put("inter.broker.listener.name", "PLAINTEXT");
        settings.put(
                "listeners",
                LISTENERS.stream()
                        .map(listener -> listener + "://" + address(listener))
                        .collect(Collectors.joining(",")));
        settings.put(
                "listener.security.protocol.map",
                "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SASL_PLAINTEXT:SASL_PLAINTEXT,SSL:SSL,SASL_SSL:SASL_SSL");
        settings.put("log.dirs", folder.resolve("data").toString());
        settings.put("offsets.topic.replication.factor", "1");
        settings.put("ssl.keystore.type", "PEM");
        settings.put("ssl.keystore.certificate.chain", identity.certificate());
        settings.put("ssl.keystore.key", identity.key());
        settings.put("ssl.truststore.type", "PEM");
        settings.put("ssl.truststore.certificates", authority.certificate());
        settings.put("listener.name.ssl.ssl.client.auth", "required");
        settings.put("sasl.enabled.mechanisms", "PLAIN,SCRAM-SHA-512");
        var module = "org.apache.kafka.common.security.";
        for (var listener : List.of("sasl_plaintext", "sasl_ssl")) {
            settings.put(
                    "listener.name." + listener + ".plain.sasl.jaas.config",
                    module + "plain.PlainLoginModule required user_shop=\""
                            + PASSWORD.replace("\\", "\\\\").replace("\"", "\\\"") + "\";");
            settings.put(
                    "listener.name." + listener + ".scram-sha-512.sasl.jaas.config",
                    module + "scram.ScramLoginModule required;");
        }
        return settings;
    }

    private static Process java(String main, String... arguments) throws IOException {
        var classes = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> entry.endsWith(".jar") && !entry.contains("-SNAPSHOT"))
                .collect(Collectors.joining(File.pathSeparator));
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                classes,
                main));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("broker.log").toFile()))
                .start();
    }

    private static boolean isListening(int port) {
        try (var socket = new Socket("127.0.0.1", port)) {
            return socket.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }
}

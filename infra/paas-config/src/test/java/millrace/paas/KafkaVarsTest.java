package millrace.paas;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.KeyStore;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.security.ssl.DefaultSslEngineFactory;
import org.junit.jupiter.api.Test;

class KafkaVarsTest {
    private final Map<String, String> vars = new HashMap<>(TestKeys.paas());

    @Test
    void every_broker_of_the_url_is_a_bootstrap_server() {
        assertThat(kafka()).containsEntry("bootstrap.servers", "one.example:9096,two.example:9096");
    }

    @Test
    void spaces_around_the_urls_do_no_harm() {
        vars.put("KAFKA_URL", " kafka+ssl://one.example:9096 , kafka+ssl://[::1]:9096\n");

        assertThat(kafka()).containsEntry("bootstrap.servers", "one.example:9096,[::1]:9096");
    }

    @Test
    void without_tls_no_certificate_is_asked_for() {
        assertThat(PaasSettings.from(Map.of("KAFKA_URL", "kafka://localhost:9092"), Set.of(Need.KAFKA)))
                .returns(Map.of("bootstrap.servers", "localhost:9092"), PaasSettings::kafka)
                .returns("", PaasSettings::prefix);
    }

    @Test
    void kafka_reads_the_key_of_the_platform_and_trusts_both_authorities() throws Exception {
        assertThat(aliases(engines().truststore())).hasSize(2);
        assertThat(engines().keystore().size()).isEqualTo(1);
    }

    @Test
    void kafka_reads_a_key_that_is_pkcs8_already() {
        vars.put("KAFKA_CLIENT_CERT_KEY", TestKeys.CLIENT.pkcs8);

        assertThat(engines().keystore()).isNotNull();
    }

    @Test
    void pkcs1_becomes_exactly_the_pkcs8_that_java_writes() {
        assertThat(kafka()).containsEntry("ssl.keystore.key", TestKeys.CLIENT.pkcs8);
    }

    @Test
    void kafka_reads_a_key_of_another_algorithm() {
        vars.put("KAFKA_CLIENT_CERT", TestKeys.EC.certificate);
        vars.put("KAFKA_CLIENT_CERT_KEY", TestKeys.EC.pkcs8);

        assertThat(engines().keystore()).isNotNull();
    }

    @Test
    void newlines_may_be_two_characters_or_those_of_windows() throws Exception {
        vars.replaceAll((name, value) -> name.contains("CERT") ? value.replace("\n", "\\n") : value);
        vars.computeIfPresent("KAFKA_CLIENT_CERT", (name, value) -> value.replace("\\n", "\r\n"));

        assertThat(kafka())
                .isEqualTo(
                        PaasSettings.from(TestKeys.paas(), Set.of(Need.KAFKA)).kafka());
    }

    @Test
    void the_name_of_a_broker_is_not_compared_with_its_certificate() {
        assertThat(config().getString("ssl.endpoint.identification.algorithm")).isEmpty();
        assertThat(config().getString("security.protocol")).isEqualTo("SSL");
    }

    @Test
    void a_user_is_identified_by_its_password_and_the_name_of_the_broker_is_verified() {
        var user = user("kafka+ssl://one.example:9096", Map.of());

        assertThat(user)
                .containsEntry("security.protocol", "SASL_SSL")
                .containsEntry("sasl.mechanism", "SCRAM-SHA-512")
                .containsEntry(
                        "sasl.jaas.config",
                        "org.apache.kafka.common.security.scram.ScramLoginModule required"
                                + " username=\"shop\" password=\"a\\\"b\\\\c;$d\";")
                .doesNotContainKeys("ssl.endpoint.identification.algorithm", "ssl.truststore.type");
    }

    @Test
    void a_user_may_trust_certificates_of_its_own_and_use_another_mechanism() {
        assertThat(user("kafka+ssl://one.example:9096", Map.of("KAFKA_TRUSTED_CERT", TestKeys.CLIENT.certificate)))
                .containsEntry("ssl.truststore.type", "PEM")
                .containsKey("ssl.truststore.certificates");
        assertThat(user("kafka://one.example:9092", Map.of("KAFKA_SASL_MECHANISM", "PLAIN")))
                .containsEntry("security.protocol", "SASL_PLAINTEXT")
                .containsEntry("sasl.mechanism", "PLAIN")
                .hasEntrySatisfying("sasl.jaas.config", jaas -> assertThat(jaas).contains("plain.PlainLoginModule"));
    }

    private static Map<String, String> user(String url, Map<String, String> more) {
        var vars = new HashMap<>(more);
        vars.put("KAFKA_URL", url);
        vars.put("KAFKA_USERNAME", "shop");
        vars.put("KAFKA_PASSWORD", "a\"b\\c;$d");
        return PaasSettings.from(vars, Set.of(Need.KAFKA)).kafka();
    }

    private Map<String, String> kafka() {
        return PaasSettings.from(vars, Set.of(Need.KAFKA)).kafka();
    }

    private AdminClientConfig config() {
        return new AdminClientConfig(new HashMap<>(kafka()));
    }

    private DefaultSslEngineFactory engines() {
        var engines = new DefaultSslEngineFactory();
        engines.configure(config().values());
        return engines;
    }

    private static Iterable<String> aliases(KeyStore store) throws Exception {
        return Collections.list(store.aliases());
    }
}

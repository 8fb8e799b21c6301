package millrace.paas;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class QuarkusSettingsTest {
    private static final String VERIFIED = "postgres://u:p@db.example/shop?sslmode=verify-full&sslrootcert=/ca.pem";

    @Test
    void both_kinds_of_driver_get_the_database() {
        assertThat(database("postgres://shop:s3cret@db.example:5433/shop"))
                .containsEntry("quarkus.datasource.username", "shop")
                .containsEntry("quarkus.datasource.password", "s3cret")
                .containsEntry("quarkus.datasource.jdbc.url", "jdbc:postgresql://db.example:5433/shop?sslmode=require")
                .containsEntry("quarkus.datasource.reactive.url", "postgresql://db.example:5433/shop")
                .containsEntry("quarkus.datasource.reactive.postgresql.ssl-mode", "require")
                .containsEntry("quarkus.datasource.reactive.trust-all", "true");
    }

    @Test
    void verification_trusts_the_given_certificates_only() {
        assertThat(database(VERIFIED))
                .doesNotContainKey("quarkus.datasource.reactive.trust-all")
                .containsEntry("quarkus.datasource.reactive.trust-certificate-pem", "true")
                .containsEntry("quarkus.datasource.reactive.trust-certificate-pem.certs", "/ca.pem")
                .containsEntry("quarkus.datasource.reactive.hostname-verification-algorithm", "HTTPS");
    }

    @Test
    void settings_of_an_extension_that_is_not_there_are_left_out() {
        var settings = PaasSettings.from(TestKeys.paas(), Set.of(Need.values()));

        assertThat(QuarkusSettings.of(settings, type -> type.contains("agroal")))
                .containsKey("quarkus.datasource.jdbc.url")
                .doesNotContainKey("quarkus.datasource.reactive.url")
                .doesNotContainKey("quarkus.kafka-streams.ssl.endpoint-identification-algorithm");
    }

    private static Map<String, String> database(String url) {
        return QuarkusSettings.of(PaasSettings.from(Map.of("DATABASE_URL", url), Set.of(Need.DATABASE)), type -> true);
    }
}

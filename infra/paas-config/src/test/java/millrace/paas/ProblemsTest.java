package millrace.paas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProblemsTest {
    private static final String SECRET = "Pa55word";

    @Test
    void everything_that_is_missing_is_named_at_once() {
        assertThat(problems(Map.of()))
                .containsExactlyInAnyOrder(
                        "KAFKA_URL is missing; expected kafka+ssl://HOST:PORT or kafka://HOST:PORT, several of one kind"
                                + " separated by commas",
                        "DATABASE_URL is missing; expected postgres://USER:PASSWORD@HOST:PORT/DATABASE?sslmode=MODE",
                        // fork: audit
                        "AUDIT_MASTER_KEY is missing; expected 32 random bytes in base64, as openssl rand -base64 32"
                                + " prints them",
                        // fork: end
                        "PORT is missing; expected a number from 1 to 65535");
    }

    @Test
    void with_tls_each_certificate_is_needed_and_empty_is_missing() {
        var vars = new HashMap<>(TestKeys.paas());
        vars.put("KAFKA_TRUSTED_CERT", " ");
        vars.remove("KAFKA_CLIENT_CERT");
        vars.put("KAFKA_CLIENT_CERT_KEY", "");
        vars.put("PORT", "eighty");

        assertThat(problems(vars))
                .satisfiesExactly(
                        problem -> assertThat(problem)
                                .startsWith("KAFKA_TRUSTED_CERT is missing; expected one or several"),
                        problem ->
                                assertThat(problem).startsWith("KAFKA_CLIENT_CERT is missing; expected one or several"),
                        problem -> assertThat(problem)
                                .startsWith("KAFKA_CLIENT_CERT_KEY is missing; expected one unencrypted"),
                        problem -> assertThat(problem).startsWith("PORT is no port; expected a number"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "KAFKA_USERNAME | KAFKA_PASSWORD is missing; expected the password of KAFKA_USERNAME",
                "KAFKA_PASSWORD | KAFKA_USERNAME is missing; expected the name of the client",
            })
    void of_a_user_and_its_password_each_needs_the_other(String set, String problem) {
        var vars = Map.of("KAFKA_URL", "kafka://one:9092", set, SECRET);

        assertThat(problems(vars, Set.of(Need.KAFKA)))
                .singleElement()
                .asString()
                .startsWith(problem);
    }

    @Test
    void every_contradiction_is_named_at_once() {
        var vars = new HashMap<>(TestKeys.paas());
        vars.put("KAFKA_SASL_MECHANISM", "GSSAPI");

        assertThat(problems(vars))
                .containsExactly(
                        "KAFKA_USERNAME is missing; expected the name of the client, with KAFKA_PASSWORD",
                        "KAFKA_PASSWORD is missing; expected the password of KAFKA_USERNAME",
                        "KAFKA_SASL_MECHANISM is no mechanism that is known here; expected SCRAM-SHA-512,"
                                + " SCRAM-SHA-256, PLAIN",
                        "KAFKA_CLIENT_CERT is set beside KAFKA_USERNAME, and a client has one identity; expected one"
                                + " of the two",
                        "KAFKA_CLIENT_CERT_KEY is set beside KAFKA_USERNAME, and a client has one identity; expected"
                                + " one of the two");
    }

    @Test
    void a_certificate_is_not_left_unused() {
        var vars = new HashMap<>(TestKeys.paas());
        vars.put("KAFKA_URL", "kafka://one:9092");

        assertThat(problems(vars))
                .hasSize(3)
                .first()
                .asString()
                .isEqualTo("KAFKA_TRUSTED_CERT is set and KAFKA_URL begins with kafka://, which uses no certificate;"
                        + " expected one of the two");
    }

    @Test
    void variables_that_are_not_required_are_not_checked() {
        assertThat(PaasSettings.from(Map.of("DATABASE_URL", "?"), Set.of()).database())
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "kafka+ssl://one:9096,kafka://two:9092 | mixes brokers with and without TLS",
                "kafka+ssl://one | has an entry without a host or without a port",
                "kafka+ssl://one:9096,, | has an entry with another scheme",
                "one:9096 | has an entry with another scheme",
                "http://one:9096 | has an entry with another scheme",
                "kafka+ssl://me:Pa55word@one:9096 | has an entry with more than a host and a port",
                "kafka+ssl://one:9096/Pa55word | has an entry with more than a host and a port",
                "kafka+ssl://o ne:Pa55word | has an entry that is no URL"
            })
    void a_broker_url_that_cannot_be_used_is_refused(String url, String reason) {
        assertThat(problem("KAFKA_URL", url)).startsWith("KAFKA_URL " + reason + "; expected kafka+ssl://");
    }

    @ParameterizedTest
    @ValueSource(strings = {"white 925.", "white/925.", "ümlaut."})
    void a_prefix_that_no_topic_can_have_is_refused(String prefix) {
        assertThat(problem("KAFKA_PREFIX", prefix)).startsWith("KAFKA_PREFIX cannot start the name of a topic");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Pa55word | holds no whole block of PEM",
                "-----BEGIN CERTIFICATE-----Pa55word! | holds no whole block of PEM",
                "-----BEGIN CERTIFICATE-----Pa55word!-----END CERTIFICATE----- | holds a block of PEM that is not base64",
                "-----BEGIN CERTIFICATE-----Pa55word-----END CERTIFICATE----- | holds a block of PEM that is no X.509 certificate"
            })
    void a_certificate_that_cannot_be_read_is_refused(String pem, String reason) {
        assertThat(problem("KAFKA_TRUSTED_CERT", pem)).startsWith("KAFKA_TRUSTED_CERT " + reason + "; expected one or");
    }

    @Test
    void a_second_certificate_that_is_cut_off_is_not_overlooked() {
        var cutOff = TestKeys.CLIENT.certificate + TestKeys.OTHER.certificate.substring(0, 300);

        assertThat(problem("KAFKA_TRUSTED_CERT", cutOff)).contains("holds a block of PEM that is cut off");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-----BEGIN ENCRYPTED PRIVATE KEY-----Pa55word-----END ENCRYPTED PRIVATE KEY-----"
                        + "| holds a block of PEM of the type ENCRYPTED PRIVATE KEY",
                "-----BEGIN RSA PRIVATE KEY-----Pa55word-----END RSA PRIVATE KEY----- | holds a private key that cannot be read",
                "-----BEGIN PRIVATE KEY-----Pa55word-----END PRIVATE KEY----- | holds a private key that cannot be read"
            })
    void a_private_key_that_cannot_be_read_is_refused(String pem, String reason) {
        assertThat(problem("KAFKA_CLIENT_CERT_KEY", pem)).startsWith("KAFKA_CLIENT_CERT_KEY " + reason + "; expected");
    }

    @Test
    void the_key_of_another_certificate_is_refused() {
        for (var key : List.of(TestKeys.OTHER.pkcs1, TestKeys.EC.pkcs8)) {
            assertThat(problem("KAFKA_CLIENT_CERT_KEY", key))
                    .isEqualTo("KAFKA_CLIENT_CERT_KEY is not the key of KAFKA_CLIENT_CERT; expected a pair");
        }
        assertThat(problem("KAFKA_CLIENT_CERT", TestKeys.EC.certificate))
                .isEqualTo("KAFKA_CLIENT_CERT_KEY is not the key of KAFKA_CLIENT_CERT; expected a pair");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "mysql://u:Pa55word@db/shop | has another scheme",
                "postgres:///shop | has no host",
                "postgres://u:Pa55word@db | names no database",
                "postgres://u:Pa55word@db/ | names no database",
                "postgres://db/shop | names no user",
                "postgres://u:Pa55word^@db/shop | is no URL",
                "postgres://u:Pa55word%2@db/shop | is no URL",
                "postgres://u:Pa55word@db/shop?sslmode=maybe | has an sslmode that is none of disable, allow",
                "postgres://u:Pa55word@db/shop?sslmode=verify-full | has the sslmode verify-full without sslrootcert=FILE"
            })
    void a_database_url_that_cannot_be_used_is_refused(String url, String reason) {
        assertThat(problem("DATABASE_URL", url))
                .startsWith("DATABASE_URL " + reason)
                .contains("; expected postgres://");
    }

    // fork: audit
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"Pa55word | has 6 bytes", "Pa55word! | is no base64"})
    void a_master_key_that_cannot_be_used_is_refused(String key, String reason) {
        for (var name : List.of("AUDIT_MASTER_KEY", "AUDIT_MASTER_KEY_PREVIOUS")) {
            assertThat(problem(name, key)).startsWith(name + " " + reason + "; expected 32 random bytes in base64");
        }
    }
    // fork: end

    private static String problem(String name, String value) {
        var vars = new HashMap<>(TestKeys.paas());
        vars.put(name, value);
        var problems = problems(vars);
        assertThat(problems).hasSize(1);
        return problems.get(0);
    }

    /**
     * Returns the problems; asserts that their message contains no secret, neither one of the test nor a line of a key.
     */
    private static List<String> problems(Map<String, String> vars) {
        return problems(vars, Set.of(Need.values()));
    }

    private static List<String> problems(Map<String, String> vars, Set<Need> needs) {
        var exception = catchThrowableOfType(ConfigVarsException.class, () -> PaasSettings.from(vars, needs));
        assertThat(exception).hasNoCause().hasMessageNotContainingAny(SECRET, "s3cret", "MII");
        assertThat(exception.getMessage()).startsWith("The config vars do not fit:\n  ");
        return exception.problems();
    }
}

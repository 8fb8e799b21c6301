package millrace.paas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.config.ConfigValidationException;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.junit.jupiter.api.Test;

class PaasConfigSourceTest {
    private final Map<String, String> vars = new HashMap<>(TestKeys.paas());

    @Test
    void a_service_gets_what_it_requires() {
        var config = running("kafka, database,port");

        assertThat(value(config, "kafka.bootstrap.servers")).isEqualTo("one.example:9096,two.example:9096");
        assertThat(value(config, "kafka.prefix")).isEqualTo("columbia-68051.");
        assertThat(value(config, "quarkus.datasource.username")).isEqualTo("shop");
        assertThat(value(config, "quarkus.datasource.password")).isEqualTo("s3cret");
        assertThat(value(config, "quarkus.http.port")).isEqualTo("8080");
    }

    @Test
    void an_empty_setting_reaches_kafka() {
        var algorithm = value(running("kafka"), "kafka.ssl.endpoint.identification.algorithm");

        assertThat(new AdminClientConfig(Map.of(
                                "bootstrap.servers", "localhost:1", "ssl.endpoint.identification.algorithm", algorithm))
                        .getString("ssl.endpoint.identification.algorithm"))
                .isEmpty();
    }

    @Test
    void a_worker_without_a_port_takes_a_free_one() {
        vars.remove("PORT");

        assertThat(value(running("kafka"), "quarkus.http.port")).isEqualTo("0");
    }

    @Test
    void a_service_with_a_role_of_its_own_in_the_database_gets_that() {
        vars.put("OWN_URL", "postgres://own:secret@db.example/shop");

        var config = config("database")
                .withDefaultValue("quarkus.uuid", "of a run")
                .withDefaultValue("millrace.database", "OWN_URL")
                .build();

        assertThat(value(config, "quarkus.datasource.username")).isEqualTo("own");
        assertThat(value(running("database"), "quarkus.datasource.username")).isEqualTo("shop");
    }

    @Test
    void a_dollar_sign_in_a_password_is_a_dollar_sign() {
        vars.put("DATABASE_URL", "postgres://shop:a$$b%24%7Bd%7D%5C$e@db.example/shop");

        assertThat(value(running("database"), "quarkus.datasource.password")).isEqualTo("a$$b${d}\\$e");
    }

    @Test
    void the_start_ends_with_every_problem_in_one_message() {
        vars.remove("KAFKA_URL");
        vars.remove("DATABASE_URL");

        assertThatThrownBy(() -> running("kafka,database"))
                .isInstanceOf(ConfigValidationException.class)
                .hasMessageContainingAll("KAFKA_URL is missing", "DATABASE_URL is missing");
    }

    /** Found by the service loader like the variables of a service. */
    public static final class OwnVars implements ServiceVars {
        @Override
        public void read(ConfigVars vars) {
            vars.optional("OWN", "a word", text -> {
                throw new ConfigVars.InvalidConfigVar("is no word");
            });
        }
    }

    @Test
    void problems_of_the_services_own_variables_are_reported_with_the_rest() {
        vars.remove("KAFKA_URL");
        vars.put("OWN", "1");

        assertThatThrownBy(() -> running("kafka"))
                .isInstanceOf(ConfigValidationException.class)
                .hasMessageContainingAll("KAFKA_URL is missing", "OWN is no word; expected a word");
    }

    @Test
    void a_build_gets_nothing_and_needs_nothing() {
        var config = config("kafka,database,port").build();

        assertThat(config.getOptionalValue("kafka.ssl.keystore.key", String.class))
                .isEmpty();
        assertThat(config.getOptionalValue("quarkus.datasource.password", String.class))
                .isEmpty();
    }

    private SmallRyeConfig running(String requires) {
        return config(requires).withDefaultValue("quarkus.uuid", "of a run").build();
    }

    private SmallRyeConfigBuilder config(String requires) {
        return new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .addDiscoveredSources()
                .withSources(new PropertiesConfigSource(vars, "environment", 300))
                .withDefaultValue("millrace.requires", requires);
    }

    private static String value(SmallRyeConfig config, String name) {
        return config.getValue(name, String.class);
    }
}

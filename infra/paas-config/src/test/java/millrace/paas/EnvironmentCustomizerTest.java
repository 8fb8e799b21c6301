package millrace.paas;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EnvironmentCustomizerTest {
    private static final Map<String, String> APPLICATION = Map.of(
            "topic", "${kafka.prefix:}clicks",
            "proxies", "${PROXIES:0}",
            "grace", "24h");

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\t\n"})
    void an_empty_variable_is_missing(String empty) {
        var config = config(Map.of("KAFKA_PREFIX", empty, "PROXIES", empty, "GRACE", empty, "API_KEYS", empty));

        assertThat(config.getValue("topic", String.class)).isEqualTo("clicks");
        assertThat(config.getValue("proxies", Integer.class)).isZero();
        assertThat(config.getValue("grace", String.class))
                .as("does not hide what the application sets")
                .isEqualTo("24h");
        assertThat(config.getOptionalValue("API_KEYS", String.class)).isEmpty();
        assertThat(config.getPropertyNames()).doesNotContain("API_KEYS");
    }

    @Test
    void blanks_around_a_value_are_no_part_of_it() {
        var config = config(Map.of("KAFKA_PREFIX", " columbia-68051.\n", "PROXIES", " 1 "));

        assertThat(config.getValue("topic", String.class)).isEqualTo("columbia-68051.clicks");
        assertThat(config.getValue("proxies", Integer.class)).isOne();
    }

    @Test
    void a_service_reads_its_environment_so() {
        var found = new SmallRyeConfigBuilder()
                .addDiscoveredCustomizers()
                .addDefaultSources()
                .build();

        assertThat(found.getConfigSources())
                .extracting(source -> source.getName())
                .contains("SysPropConfigSource", "EnvConfigSource");
        assertThat(found.getConfigSource("EnvConfigSource").orElseThrow().getProperties())
                .isNotEmpty()
                .noneSatisfy((name, value) -> assertThat(value).isBlank());
        assertThat(Optional.ofNullable(System.getenv("PATH"))).contains(found.getValue("PATH", String.class));
    }

    private static SmallRyeConfig config(Map<String, String> environment) {
        return new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .withSources(EnvironmentCustomizer.source(environment))
                .withSources(new PropertiesConfigSource(APPLICATION, "application", 250))
                .build();
    }
}

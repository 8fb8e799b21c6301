package millrace.paas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlatformVarsTest {
    @TempDir
    private Path home;

    @Test
    void the_environment_goes_before_the_local_platform() throws IOException {
        Files.writeString(file(), "{\"KAFKA_URL\":\"local\"}");
        var environment = Map.of("KAFKA_URL", "kafka+ssl://remote", "MILLRACE_HOME", home.toString());

        assertThat(PlatformVars.of(environment)).contains(environment);
        assertThat(PlatformVars.of(Map.of("MILLRACE_HOME", home.toString()))).contains(Map.of("KAFKA_URL", "local"));
    }

    @Test
    void without_either_there_is_no_platform() {
        assertThat(PlatformVars.of(Map.of("MILLRACE_HOME", home.toString()))).isEmpty();
    }

    @Test
    void a_file_that_is_no_json_is_named() throws IOException {
        Files.writeString(file(), "{");

        assertThatThrownBy(() -> PlatformVars.startedIn(home))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining(file().toString());
    }

    private Path file() {
        return home.resolve("config-vars.json");
    }
}

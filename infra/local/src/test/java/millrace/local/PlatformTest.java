package millrace.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlatformTest {
    @Test
    void starts(@TempDir Path home) {
        for (int i = 0; i < 2; i++) {
            var t = System.nanoTime();
            try (var platform = Platform.start(home)) {
                System.out.println("started in " + (System.nanoTime() - t) / 1_000_000);
                assertThat(platform.configVars()).hasSize(6);
                System.out.println(platform.configVars());
                t = System.nanoTime();
            }
            System.out.println("stopped in " + (System.nanoTime() - t) / 1_000_000);
        }
    }
}

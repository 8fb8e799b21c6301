package millrace.bench;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import millrace.local.DataDirectory;
import millrace.local.Platform;
import millrace.paas.Need;
import millrace.paas.PaasSettings;

/**
 * Writes the client settings of the platform to a file for a command-line tool of Kafka; only its owner can read the
 * file.
 */
final class KafkaClientFile {
    private KafkaClientFile() {}

    /** @param more settings in addition to those of the connection */
    static Path write(DataDirectory home, String name, Platform platform, Map<String, String> more) {
        var settings = new Properties();
        settings.putAll(
                PaasSettings.from(platform.configVars(), Set.of(Need.KAFKA)).kafka());
        settings.putAll(more);
        var text = new StringWriter();
        try {
            settings.store(text, null);
        } catch (IOException e) {
            throw new IllegalStateException("A writer to memory does not fail", e);
        }
        return home.write(name, text.toString());
    }
}

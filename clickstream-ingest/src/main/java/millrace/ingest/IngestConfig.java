package millrace.ingest;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.Optional;

/** How the edge takes what it is sent. */
@ConfigMapping(prefix = "ingest")
public interface IngestConfig {
    /**
     * Who may write: the source and the SHA-256 of its write key in hexadecimal digits, as {@code shop:9f86d0…}, several
     * separated by commas. A source may have several keys at once, so that one can be replaced without a pause.
     */
    Optional<String> writeKeys();

    /** How much may be held at once in requests and in records the broker has not acknowledged; beyond it the answer is 429. */
    @WithDefault("16M")
    MemorySize maxInFlight();
}

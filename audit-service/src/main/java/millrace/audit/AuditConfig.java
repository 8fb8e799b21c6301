package millrace.audit;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** The limits of a segment of a chain; each closed segment has a signed checkpoint. */
@ConfigMapping(prefix = "audit")
public interface AuditConfig {
    /** Largest number of entries in a segment. */
    @WithDefault("1024")
    int segmentEntries();

    /** Largest age of an open segment: an entry is signed within this time. */
    @WithDefault("10s")
    Duration segmentAge();
}

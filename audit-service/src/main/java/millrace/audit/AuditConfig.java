package millrace.audit;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How the archive is cut into segments, each with a signed checkpoint. */
@ConfigMapping(prefix = "audit")
public interface AuditConfig {
    /** Entries of a segment at most. */
    @WithDefault("1024")
    int segmentEntries();

    /** A segment is closed after this time though it could take more: an entry is not signed for longer at most. */
    @WithDefault("10s")
    Duration segmentAge();
}

package millrace.audit.evidence;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** The limits of a segment of a chain, which becomes a leaf of the log when it is closed. */
@ConfigMapping(prefix = "audit")
public interface AuditConfig {
    /** Largest number of entries in a segment. */
    @WithDefault("1024")
    int segmentEntries();

    /** Interval of checkpoints: an entry is signed within this time. */
    @WithDefault("10s")
    Duration checkpointEvery();

    /** Interval of checkpoints without new entries, so that silence can be told from a checkpoint that is held back. */
    @WithDefault("1h")
    Duration idleCheckpointEvery();

    /** Time from the start of the service to its first verification. */
    @WithDefault("5m")
    Duration verifyFirstAfter();

    /** Interval of verifications. */
    @WithDefault("24h")
    Duration verifyEvery();
}

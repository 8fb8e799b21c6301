package millrace.orders.outbox;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How the relay empties the outbox. */
@ConfigMapping(prefix = "outbox")
public interface OutboxConfig {
    /** Pause between two polls; the relay is woken by each commit, so only where it does not hear of one a row waits so long. */
    @WithDefault("500ms")
    Duration pollEvery();

    /** Rows of one shard that are sent in one transaction; what is over waits for the next. */
    @WithDefault("200")
    int batch();

    /** Bytes of those rows at most; a row that is larger by itself is sent alone. */
    @WithDefault("2097152")
    int batchBytes();

    /** How long the broker may take to confirm a record; then its row stays and is sent again. */
    @WithDefault("10s")
    Duration confirmWithin();

    /** Pause between two looks at how full the outbox is, for the metrics. */
    @WithDefault("5s")
    Duration measureEvery();
}

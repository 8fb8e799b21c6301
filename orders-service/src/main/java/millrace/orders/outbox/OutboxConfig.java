package millrace.orders.outbox;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Settings of the relay that publishes the outbox. */
@ConfigMapping(prefix = "outbox")
public interface OutboxConfig {
    /**
     * Interval of polls. A commit wakes the relay up at once; a row waits this long only where that notification is
     * lost.
     */
    @WithDefault("500ms")
    Duration pollEvery();

    /** Rows of one shard that are sent in one transaction; the others follow in the next. */
    @WithDefault("200")
    int batch();

    /** Bytes of those rows; a larger row is sent alone. */
    @WithDefault("2097152")
    int batchBytes();

    /** Time in which the broker has to confirm a record; after that the row stays and is sent again. */
    @WithDefault("10s")
    Duration confirmWithin();

    /** Interval at which the size of the outbox is measured for the metrics. */
    @WithDefault("5s")
    Duration measureEvery();
}

package millrace.ingest.log;

import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jboss.logging.Logger;

/**
 * Counts what shops say of their orders and the edge cannot take: somebody has paid, so somebody has to look. It is in the
 * metric {@code ingest_orders_unreadable_total} by source and channel, and in the log as a warning, once in ten seconds at most.
 */
@Singleton
public class UnreadableOrderAlarm {
    private static final Logger LOG = Logger.getLogger(UnreadableOrderAlarm.class);
    private static final long QUIET = Duration.ofSeconds(10).toNanos();

    private final MeterRegistry metrics;
    private final LongAdder all = new LongAdder();
    private final AtomicLong quietUntil = new AtomicLong(System.nanoTime());

    UnreadableOrderAlarm(MeterRegistry metrics) {
        this.metrics = metrics;
    }

    /**
     * @param channel where it is kept: {@code transactions} where orders dead-letters it, else {@code rejected-events}
     * @param reason of the last one of a request
     */
    public void count(RequestContext arrival, String channel, int orders, String reason) {
        if (orders == 0) {
            return;
        }
        var source = arrival.writer().name();
        metrics.counter("ingest.orders.unreadable", "source", source, "channel", channel)
                .increment(orders);
        all.add(orders);
        var now = System.nanoTime();
        var until = quietUntil.get();
        if (now - until >= 0 && quietUntil.compareAndSet(until, now + QUIET)) {
            LOG.warnf(
                    "Orders that cannot be read, %d since the start. The last one came from %s and is kept on %s: %s",
                    all.sum(), source, channel, reason);
        }
    }
}

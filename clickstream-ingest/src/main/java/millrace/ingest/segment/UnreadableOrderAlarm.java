package millrace.ingest.segment;

import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import millrace.ingest.auth.RequestContext;
import org.jboss.logging.Logger;

/**
 * Raises an alarm for orders that a shop reports and the edge cannot read: the customer has paid, so a person has to
 * look. It counts them in the metric {@code ingest_orders_unreadable_total} by source and channel, and logs a warning
 * once in ten seconds at most.
 */
@Singleton
class UnreadableOrderAlarm {
    private static final Logger LOG = Logger.getLogger(UnreadableOrderAlarm.class);
    private static final long WARNING_INTERVAL = Duration.ofSeconds(10).toNanos();

    private final MeterRegistry metrics;
    private final LongAdder all = new LongAdder();
    private final AtomicLong nextWarningAt = new AtomicLong(System.nanoTime());

    UnreadableOrderAlarm(MeterRegistry metrics) {
        this.metrics = metrics;
    }

    /**
     * @param channel that the orders are on: {@code transactions} where orders dead-letters them, else {@code
     *     rejected-events}
     * @param orders number of unreadable orders in the request
     * @param reason of the last of them
     */
    void raise(RequestContext context, String channel, int orders, String reason) {
        if (orders == 0) {
            return;
        }
        var source = context.writer().name();
        metrics.counter("ingest.orders.unreadable", "source", source, "channel", channel)
                .increment(orders);
        all.add(orders);
        var now = System.nanoTime();
        var until = nextWarningAt.get();
        if (now - until >= 0 && nextWarningAt.compareAndSet(until, now + WARNING_INTERVAL)) {
            LOG.warnf(
                    "Orders that cannot be read, %d since the start. The last one came from %s and is on %s: %s",
                    all.sum(), source, channel, reason);
        }
    }
}

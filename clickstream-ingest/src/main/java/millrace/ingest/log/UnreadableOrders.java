package millrace.ingest.log;

import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;
import org.jboss.logging.Logger;

/**
 * Counts what shops say of their orders and the edge cannot take: somebody has paid, so somebody has to look. It is an alarm
 * for as long as the process runs: in the metric {@code ingest_orders_unreadable_total} by source and channel, in the data of
 * the readiness check, which stays up, and in the log, once in ten seconds at most.
 */
@Readiness
@ApplicationScoped
public class UnreadableOrders implements HealthCheck {
    private static final Logger LOG = Logger.getLogger(UnreadableOrders.class);
    private static final long QUIET = Duration.ofSeconds(10).toNanos();

    private final MeterRegistry metrics;
    private final LongAdder all = new LongAdder();
    private final AtomicLong quietUntil = new AtomicLong(System.nanoTime());
    private volatile String last = "";

    UnreadableOrders(MeterRegistry metrics) {
        this.metrics = metrics;
    }

    /**
     * @param channel where it is kept: {@code transactions} where orders dead-letters it, else {@code rejected-events}
     * @param reason of the last one of a request
     */
    public void count(Arrival arrival, String channel, int orders, String reason) {
        if (orders == 0) {
            return;
        }
        var source = arrival.writer().name();
        metrics.counter("ingest.orders.unreadable", "source", source, "channel", channel)
                .increment(orders);
        all.add(orders);
        last = "The source %s, kept on %s: %s".formatted(source, channel, reason);
        var now = System.nanoTime();
        var until = quietUntil.get();
        if (now - until >= 0 && quietUntil.compareAndSet(until, now + QUIET)) {
            LOG.warnf("Orders that cannot be read, %d since the start. %s", all.sum(), last);
        }
    }

    @Override
    public HealthCheckResponse call() {
        var response = HealthCheckResponse.named("orders of SDKs").up();
        return all.sum() == 0
                ? response.build()
                : response.withData("alarm unreadable orders", all.sum())
                        .withData("last", last)
                        .build();
    }
}

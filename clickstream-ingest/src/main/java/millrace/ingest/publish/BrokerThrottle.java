package millrace.ingest.publish;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.Metric;

/**
 * How long the broker makes the producer wait because the application has exceeded its quota. A broker tells it with
 * each response, and the client keeps to it without a word: only its metric {@code produce-throttle-time-max} shows it,
 * for as long as {@code metrics.sample.window.ms} and {@code metrics.num.samples} say.
 */
final class BrokerThrottle {
    private final Metric longest;
    private final AtomicLong until = new AtomicLong(System.nanoTime());

    BrokerThrottle(Producer<?, ?> producer) {
        this.longest = producer.metrics().values().stream()
                .filter(metric -> metric.metricName().name().equals("produce-throttle-time-max"))
                .findFirst()
                .orElseThrow();
    }

    /** Takes note of what the broker said last. Has to be called after each response. */
    void update() {
        // Not a number, where there was no response within the time of the metric.
        var milliseconds = (double) longest.metricValue();
        if (milliseconds > 0) {
            var end = System.nanoTime() + (long) (milliseconds * 1_000_000);
            until.accumulateAndGet(end, Math::max);
        }
    }

    /** Returns how long the producer still waits; empty where it did not wait within the given time either. */
    Optional<Duration> remaining(Duration within) {
        var remaining = Duration.ofNanos(until.get() - System.nanoTime());
        return remaining.plus(within).isPositive()
                ? Optional.of(remaining.isPositive() ? remaining : Duration.ZERO)
                : Optional.empty();
    }
}

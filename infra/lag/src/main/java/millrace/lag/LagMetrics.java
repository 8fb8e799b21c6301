package millrace.lag;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
import org.jboss.logging.Logger;

/**
 * Exports the lag of a consumer group as the gauges {@code kafka_consumer_group_lag_records} and
 * {@code kafka_consumer_group_lag_seconds} of each channel. It observes the group every 5 s on a thread of its own. All
 * processes of a group export the lag of the whole group.
 */
public final class LagMetrics {
    private static final Logger LOG = Logger.getLogger(LagMetrics.class);
    private static final Duration OBSERVE_EVERY = Duration.ofSeconds(5);
    /** After three observations that failed the seconds grow. */
    private static final Duration STALE_AFTER = OBSERVE_EVERY.multipliedBy(3);

    private static final Duration STOPS_WITHIN = Duration.ofSeconds(2);

    private final MeterRegistry registry;
    private final Map<String, ?> client;
    private final String prefix;
    private final String group;
    private final Collection<String> topics;
    private final GroupLag lag = new GroupLag(System.nanoTime(), STALE_AFTER);
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final Thread thread =
            Thread.ofPlatform().name("consumer-group-lag").daemon().unstarted(this::run);

    /**
     * @param client Kafka client properties
     * @param prefix of the names of topics and groups, which the tags leave out; may be empty
     * @param group with its prefix
     * @param topics that the group reads, with their prefix
     */
    public LagMetrics(
            MeterRegistry registry, Map<String, ?> client, String prefix, String group, Collection<String> topics) {
        this.registry = registry;
        this.client = client;
        this.prefix = prefix;
        this.group = group;
        this.topics = topics;
    }

    /** Registers the gauges, and begins to observe after 5 s. */
    public void start() {
        topics.forEach(this::export);
        thread.start();
    }

    /** Ends the observation; waits at most 2 s for a request. */
    public void stop() throws InterruptedException {
        stopping.countDown();
        thread.interrupt();
        thread.join(STOPS_WITHIN);
    }

    /** Lets the service start first. Connects anew after a failure; the seconds grow meanwhile. */
    private void run() {
        try {
            while (!isStoppedWithinInterval()) {
                observe();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void observe() throws InterruptedException {
        try (var observer = new GroupObserver(client, group, topics, lag)) {
            do {
                observer.observe();
            } while (!isStoppedWithinInterval());
        } catch (ExecutionException | KafkaException e) {
            LOG.debugf("The lag of the group %s is unknown: %s", group, e.getMessage());
        }
    }

    private boolean isStoppedWithinInterval() throws InterruptedException {
        return stopping.await(OBSERVE_EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void export(String topic) {
        var tags = Tags.of("group", name(group), "channel", name(topic));
        Gauge.builder("kafka.consumer.group.lag.records", () -> lag.records(topic))
                .description("Offsets of the channel that the consumer group has not processed")
                .tags(tags)
                .register(registry);
        Gauge.builder("kafka.consumer.group.lag", () -> lag.seconds(topic, System.nanoTime()))
                .description("Age of the oldest record of the channel that the consumer group has not processed")
                .baseUnit("seconds")
                .tags(tags)
                .register(registry);
    }

    private String name(String resource) {
        return resource.startsWith(prefix) ? resource.substring(prefix.length()) : resource;
    }
}

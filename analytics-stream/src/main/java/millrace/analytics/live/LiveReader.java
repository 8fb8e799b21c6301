package millrace.analytics.live;

import java.time.Duration;
import org.jboss.logging.Logger;

/**
 * Reads the live channels for all subscriptions in a thread of its own, until it is stopped, which takes up to a
 * second. Any failure ends it and closes the subscriptions with its message; the next subscription starts another reader.
 */
final class LiveReader implements Runnable {
    private static final Logger LOG = Logger.getLogger(LiveReader.class);
    private static final Duration POLL = Duration.ofSeconds(1);

    /**
     * Interval of comments on quiet channels: routers keep the connection open, and clients that have gone are noticed.
     */
    private static final long HEARTBEAT_NANOS = Duration.ofSeconds(15).toNanos();

    private final Consumers consumers;
    private final LiveChannels channels;
    private final LiveSubscriptions subscriptions;
    private volatile boolean stopped;

    LiveReader(Consumers consumers, LiveChannels channels, LiveSubscriptions subscriptions) {
        this.consumers = consumers;
        this.channels = channels;
        this.subscriptions = subscriptions;
    }

    void start() {
        Thread.ofPlatform().daemon().name("live").start(this);
    }

    void stop() {
        stopped = true;
    }

    @Override
    public void run() {
        try (var consumer = consumers.openAtEnd()) {
            subscriptions.begin(this);
            var lastHeartbeat = System.nanoTime();
            while (!stopped) {
                for (var entry : consumer.poll(POLL)) {
                    subscriptions.emit(this, LiveUpdate.of(channels.name(entry.topic()), entry));
                }
                if (System.nanoTime() - lastHeartbeat >= HEARTBEAT_NANOS) {
                    lastHeartbeat = System.nanoTime();
                    subscriptions.emit(this, LiveUpdate.comment("quiet"));
                }
            }
        } catch (RuntimeException e) {
            LOG.errorf(e, "The channels cannot be read: all subscriptions are closed");
            subscriptions.end(this, "The channels cannot be read: " + e.getMessage());
        }
    }
}

package millrace.analytics.live;

import java.time.Duration;
import org.jboss.logging.Logger;

/**
 * Reads the channels on a thread of its own for all listeners, until it is stopped, which takes it a second. Any failure
 * ends it and is told to the listeners: their next request starts another reader.
 */
final class Reader implements Runnable {
    private static final Logger LOG = Logger.getLogger(Reader.class);
    private static final Duration POLL = Duration.ofSeconds(1);

    /** So that routers do not take quiet channels for a dead connection, and listeners who have gone are noticed. */
    private static final long SIGN_OF_LIFE_NANOS = Duration.ofSeconds(15).toNanos();

    private final Consumers consumers;
    private final LiveChannels channels;
    private final Listeners listeners;
    private volatile boolean stopped;

    Reader(Consumers consumers, LiveChannels channels, Listeners listeners) {
        this.consumers = consumers;
        this.channels = channels;
        this.listeners = listeners;
    }

    void start() {
        Thread.ofPlatform().daemon().name("live").start(this);
    }

    void stop() {
        stopped = true;
    }

    @Override
    public void run() {
        try (var consumer = consumers.atTheEnd()) {
            listeners.begin(this);
            var sign = System.nanoTime();
            while (!stopped) {
                for (var entry : consumer.poll(POLL)) {
                    listeners.tell(this, Update.of(channels.name(entry.topic()), entry));
                }
                if (System.nanoTime() - sign >= SIGN_OF_LIFE_NANOS) {
                    sign = System.nanoTime();
                    listeners.tell(this, Update.comment("quiet"));
                }
            }
        } catch (RuntimeException e) {
            LOG.errorf(e, "The channels cannot be read: all who listen have to come again");
            listeners.end(this, "The channels cannot be read: " + e.getMessage());
        }
    }
}

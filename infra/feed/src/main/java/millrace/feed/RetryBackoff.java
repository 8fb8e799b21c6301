package millrace.feed;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The waits between the tries of one request: what the edge asks for, else twice as long each time with some chance in
 * it, up to ten seconds. When the patience is used up the feed stops.
 */
final class RetryBackoff {
    private static final Duration MIN_WAIT = Duration.ofMillis(100);
    private static final Duration MAX_WAIT = Duration.ofSeconds(10);
    private static final Duration SILENT_TIME = Duration.ofSeconds(2);

    private final Duration patience;
    private final RetryNotices notices;
    private final long started = System.nanoTime();
    private Duration next = MIN_WAIT;
    private boolean announced;

    /** @param notices shared by all that try at the same time */
    RetryBackoff(Duration patience, RetryNotices notices) {
        this.patience = patience;
        this.notices = notices;
    }

    /** Says why it takes long: at most a line in five seconds, whoever waits. */
    static final class RetryNotices {
        private static final long EVERY = Duration.ofSeconds(5).toNanos();

        private final AtomicLong next = new AtomicLong(System.nanoTime());

        void print(String sentence) {
            var due = next.get();
            var now = System.nanoTime();
            if (now - due >= 0 && next.compareAndSet(due, now + EVERY)) {
                System.err.println(sentence);
            }
        }
    }

    /**
     * Waits for the next try. From the third second on a line says why.
     *
     * @param trouble what the last try met, a clause
     * @param asked how long the edge asked to wait
     */
    void pause(String trouble, Optional<Duration> asked) {
        var wait = longer(MIN_WAIT, asked.orElseGet(this::nextWait));
        if (elapsed().plus(wait).compareTo(patience) > 0) {
            throw new FeedException(
                    "Stopped, because for %d s %s. What was accepted counts once: start the same feed again."
                            .formatted(elapsed().toSeconds(), trouble));
        }
        if (!announced && elapsed().compareTo(SILENT_TIME) > 0) {
            announced = true;
            notices.print("Trying again, because " + trouble);
        }
        FeedRate.sleep(wait);
    }

    private Duration nextWait() {
        var wait = next.plusNanos(ThreadLocalRandom.current().nextLong(next.toNanos()));
        var twice = next.multipliedBy(2);
        next = twice.compareTo(MAX_WAIT.dividedBy(2)) < 0 ? twice : MAX_WAIT.dividedBy(2);
        return wait;
    }

    private Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - started);
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }
}

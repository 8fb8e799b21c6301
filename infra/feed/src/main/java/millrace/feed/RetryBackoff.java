package millrace.feed;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Waits between the attempts of one request: for the time of {@code Retry-After}, else exponentially longer with
 * jitter, up to ten seconds. It throws {@link FeedException} when the next wait would exceed the patience.
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

    /** @param notices shared by all requests that are retried at the same time */
    RetryBackoff(Duration patience, RetryNotices notices) {
        this.patience = patience;
        this.notices = notices;
    }

    /** Prints why requests are retried: at most one line in five seconds, for all threads together. */
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
     * Waits until the next attempt. After two seconds it prints the reason once.
     *
     * @param trouble failure of the last attempt, a clause
     * @param asked wait that the edge asked for
     * @throws FeedException if the patience is used up
     */
    void pause(String trouble, Optional<Duration> asked) {
        var wait = longer(MIN_WAIT, asked.orElseGet(this::nextWait));
        if (elapsed().plus(wait).compareTo(patience) > 0) {
            throw new FeedException(
                    "Stopped, because for %d s %s. Accepted events count once: start the same feed again."
                            .formatted(elapsed().toSeconds(), trouble));
        }
        if (!announced && elapsed().compareTo(SILENT_TIME) > 0) {
            announced = true;
            notices.print("Retrying, because " + trouble);
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

package millrace.feed;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The waits between the tries of one request: what the edge asks for, else twice as long each time with some chance in
 * it, up to ten seconds. When the patience is used up the feed stops.
 */
final class Backoff {
    private static final Duration SHORTEST = Duration.ofMillis(100);
    private static final Duration LONGEST = Duration.ofSeconds(10);
    private static final Duration UNSAID = Duration.ofSeconds(2);

    private final Duration patience;
    private final long started = System.nanoTime();
    private Duration next = SHORTEST;
    private boolean said;

    Backoff(Duration patience) {
        this.patience = patience;
    }

    /**
     * Waits for the next try. From the third second on a line says why.
     *
     * @param trouble what the last try met, a clause
     * @param asked how long the edge asked to wait
     */
    void pause(String trouble, Optional<Duration> asked) {
        var wait = longer(SHORTEST, asked.orElseGet(this::grown));
        if (waited().plus(wait).compareTo(patience) > 0) {
            throw new CannotFeed(
                    "Stopped, because for %d s %s. What was accepted counts once: start the same feed again."
                            .formatted(waited().toSeconds(), trouble));
        }
        if (!said && waited().compareTo(UNSAID) > 0) {
            said = true;
            System.err.println("Trying again, because " + trouble);
        }
        Pace.sleep(wait);
    }

    private Duration grown() {
        var wait = next.plusNanos(ThreadLocalRandom.current().nextLong(next.toNanos()));
        var twice = next.multipliedBy(2);
        next = twice.compareTo(LONGEST.dividedBy(2)) < 0 ? twice : LONGEST.dividedBy(2);
        return wait;
    }

    private Duration waited() {
        return Duration.ofNanos(System.nanoTime() - started);
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }
}

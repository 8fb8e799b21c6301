package millrace.feed;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The waits between the tries of one request: what the edge asks for, else twice as long each time with some chance in
 * it, up to ten seconds. When the patience is used up the feed stops.
 */
final class Backoff {
    private static final Duration SHORTEST = Duration.ofMillis(100);
    private static final Duration LONGEST = Duration.ofSeconds(10);
    private static final Duration UNSAID = Duration.ofSeconds(2);

    private final Duration patience;
    private final Voice voice;
    private final long started = System.nanoTime();
    private Duration next = SHORTEST;
    private boolean said;

    /** @param voice shared by all that try at the same time */
    Backoff(Duration patience, Voice voice) {
        this.patience = patience;
        this.voice = voice;
    }

    /** Says why it takes long: at most a line in five seconds, whoever waits. */
    static final class Voice {
        private static final long EVERY = Duration.ofSeconds(5).toNanos();

        private final AtomicLong next = new AtomicLong(System.nanoTime());

        void say(String sentence) {
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
        var wait = longer(SHORTEST, asked.orElseGet(this::grown));
        if (waited().plus(wait).compareTo(patience) > 0) {
            throw new CannotFeed(
                    "Stopped, because for %d s %s. What was accepted counts once: start the same feed again."
                            .formatted(waited().toSeconds(), trouble));
        }
        if (!said && waited().compareTo(UNSAID) > 0) {
            said = true;
            voice.say("Trying again, because " + trouble);
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

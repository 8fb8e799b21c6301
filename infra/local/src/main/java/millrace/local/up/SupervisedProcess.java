package millrace.local.up;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
import millrace.local.ManagedServer;

/**
 * A server that is restarted after each end: after a delay of 1 s, then 2 s and so on up to 30 s, and of 1 s again
 * after it has been ready for a minute.
 */
final class SupervisedProcess {
    private static final Duration LONGEST_DELAY = Duration.ofSeconds(30);
    private static final Duration STABLE_AFTER = Duration.ofMinutes(1);

    private final ManagedServer server;
    private Instant started;
    private Optional<Duration> readyAfter = Optional.empty();
    private Optional<Instant> restartAt = Optional.empty();
    private int failuresInARow;
    private int restarts;

    SupervisedProcess(ManagedServer server) {
        this.server = server;
    }

    ManagedServer server() {
        return server;
    }

    void start(Instant now) {
        server.start();
        started = now;
        restartAt = Optional.empty();
        readyAfter = Optional.empty();
    }

    /** Supervises a server that the platform has started and found ready. */
    void started(Instant at, Instant ready) {
        started = at;
        readyAfter = Optional.of(Duration.between(at, ready));
    }

    /**
     * Checks the process and restarts it when its delay is over; to be called a few times a second.
     *
     * @param messages takes one sentence for each change
     */
    void check(Instant now, Consumer<String> messages) {
        if (restartAt.isPresent()) {
            if (!now.isBefore(restartAt.get())) {
                restart(now, messages);
            }
        } else if (!server.process().isAlive()) {
            scheduleRestart(now, "has ended", messages);
        } else if (readyAfter.isEmpty() && server.isReady()) {
            readyAfter = Optional.of(Duration.between(started, now));
            if (restarts > 0) {
                messages.accept("%s is ready again after %s".formatted(server.name(), seconds(readyAfter.get())));
            }
        }
    }

    boolean isReady() {
        return readyAfter.isPresent() && restartAt.isEmpty();
    }

    /** Time from its latest start until it was ready. */
    Optional<Duration> readyAfter() {
        return readyAfter;
    }

    int restarts() {
        return restarts;
    }

    /** State in one or two words. */
    String state(Instant now) {
        return restartAt
                .map(at ->
                        "restarts in " + Math.max(0, Duration.between(now, at).toSeconds()) + " s")
                .orElse(readyAfter.map(after -> "ready").orElse("starting"));
    }

    static String seconds(Duration time) {
        return "%.1f s".formatted(time.toMillis() / 1000.0);
    }

    private void restart(Instant now, Consumer<String> messages) {
        try {
            restarts++;
            start(now);
        } catch (RuntimeException failure) {
            // Of whatever kind: one process that cannot start must not end all others.
            scheduleRestart(now, "cannot start (" + firstLine(failure) + ")", messages);
        }
    }

    private static String firstLine(RuntimeException failure) {
        return String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
    }

    private void scheduleRestart(Instant now, String reason, Consumer<String> messages) {
        var delay = nextDelay(now);
        restartAt = Optional.of(now.plus(delay));
        messages.accept("%s %s and is started again in %d s; see bin/logs %s"
                .formatted(server.name(), reason, delay.toSeconds(), server.name()));
    }

    private Duration nextDelay(Instant now) {
        var wasStable = readyAfter
                .map(after -> started.plus(after).plus(STABLE_AFTER).isBefore(now))
                .orElse(false);
        failuresInARow = wasStable ? 1 : failuresInARow + 1;
        var doubled = Duration.ofSeconds(1L << Math.min(failuresInARow - 1, 5));
        return doubled.compareTo(LONGEST_DELAY) < 0 ? doubled : LONGEST_DELAY;
    }
}

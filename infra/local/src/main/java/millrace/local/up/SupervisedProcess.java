package millrace.local.up;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
import millrace.local.ManagedServer;
import millrace.local.StartException;

/**
 * A server that is started again whenever it has ended: after 1 s, then 2 s and so on up to 30 s, and after 1 s again
 * once it has been well for a minute.
 */
final class SupervisedProcess {
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
    private static final Duration WELL_AGAIN = Duration.ofMinutes(1);

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

    /** Takes over one that its platform has started and found ready. */
    void started(Instant at, Instant ready) {
        started = at;
        readyAfter = Optional.of(Duration.between(at, ready));
    }

    /** Looks after it: to be called a few times a second. What has happened is told in sentences. */
    void look(Instant now, Consumer<String> news) {
        if (restartAt.isPresent()) {
            if (!now.isBefore(restartAt.get())) {
                restart(now, news);
            }
        } else if (!server.process().isAlive()) {
            pause(now, "has ended", news);
        } else if (readyAfter.isEmpty() && server.isReady()) {
            readyAfter = Optional.of(Duration.between(started, now));
            if (restarts > 0) {
                news.accept("%s is ready again after %s".formatted(server.name(), seconds(readyAfter.get())));
            }
        }
    }

    boolean isReady() {
        return readyAfter.isPresent() && restartAt.isEmpty();
    }

    /** From its latest start. */
    Optional<Duration> readyAfter() {
        return readyAfter;
    }

    int restarts() {
        return restarts;
    }

    /** A word or two on how it is. */
    String condition(Instant now) {
        return restartAt
                .map(at ->
                        "restarts in " + Math.max(0, Duration.between(now, at).toSeconds()) + " s")
                .orElse(readyAfter.map(after -> "ready").orElse("starting"));
    }

    static String seconds(Duration time) {
        return "%.1f s".formatted(time.toMillis() / 1000.0);
    }

    private void restart(Instant now, Consumer<String> news) {
        try {
            restarts++;
            start(now);
        } catch (StartException failure) {
            pause(now, "cannot start", news);
        }
    }

    private void pause(Instant now, String reason, Consumer<String> news) {
        var pause = nextPause(now);
        restartAt = Optional.of(now.plus(pause));
        news.accept("%s %s and is started again in %d s; see bin/logs %s"
                .formatted(server.name(), reason, pause.toSeconds(), server.name()));
    }

    private Duration nextPause(Instant now) {
        var wasWell = readyAfter
                .map(after -> started.plus(after).plus(WELL_AGAIN).isBefore(now))
                .orElse(false);
        failuresInARow = wasWell ? 1 : failuresInARow + 1;
        var doubled = Duration.ofSeconds(1L << Math.min(failuresInARow - 1, 5));
        return doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
    }
}

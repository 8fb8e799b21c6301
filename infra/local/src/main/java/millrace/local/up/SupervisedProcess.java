package millrace.local.up;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import millrace.local.ManagedProcess;
import millrace.local.ManagedServer;
import millrace.local.control.ControlException;

/**
 * A server that is restarted after each end that was not asked for: after a delay of 1 s, then 2 s and so on up to 30 s,
 * and of 1 s again after it has been up for a minute. Any thread may use it.
 */
final class SupervisedProcess {
    private static final Duration LONGEST_DELAY = Duration.ofSeconds(30);
    private static final Duration STABLE_AFTER = Duration.ofMinutes(1);
    private static final Duration REMOVED_WITHIN = Duration.ofSeconds(5);

    /** State of a process, in the words of the PaaS. */
    enum State {
        DOWN,
        STARTING,
        UP,
        STOPPING,
        CRASHED;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final ManagedServer server;
    private final Optional<Dyno> dyno;
    private final Consumer<String> messages;
    private State state = State.DOWN;
    private Instant since = Instant.EPOCH;
    private Instant started = Instant.EPOCH;
    private Optional<Duration> readyAfter = Optional.empty();
    private Instant restartAt = Instant.EPOCH;
    private boolean startsAgain;
    private boolean over;
    private boolean paused;
    private Optional<DutyCycle> dutyCycle = Optional.empty();
    private int failuresInARow;
    private int starts;
    private int restarts;
    private CompletableFuture<Void> stopping = CompletableFuture.completedFuture(null);

    /**
     * @param dyno of a process of the application; empty for others, which have no limits
     * @param messages takes one sentence for each change
     */
    SupervisedProcess(ManagedServer server, Optional<Dyno> dyno, Consumer<String> messages) {
        this.server = server;
        this.dyno = dyno;
        this.messages = messages;
    }

    String name() {
        return server.name();
    }

    String address() {
        return server.address();
    }

    /** Process that was started last. */
    ManagedProcess process() {
        return server.process();
    }

    synchronized void start(Instant now) {
        server.start();
        starts++;
        started = now;
        readyAfter = Optional.empty();
        dyno.ifPresent(container -> container.starting(process()));
        become(State.STARTING, now);
    }

    /** Supervises a server that the platform has started and found ready. */
    synchronized void started(Instant at, Instant ready) {
        starts = 1;
        started = at;
        readyAfter = Optional.of(Duration.between(at, ready));
        become(State.UP, ready);
    }

    /** Asks the process to end. It stays down until it is restarted, and is killed where it does not end in time. */
    synchronized void stop(Instant now) {
        startsAgain = false;
        if (isRunning()) {
            beginStop(now);
        } else if (state == State.CRASHED) {
            process().stop(REMOVED_WITHIN); // It has ended, and is taken off the list of running processes.
            become(State.DOWN, now);
        }
    }

    /** Asks the process to end, and starts it again after its end; starts at once a process that does not run. */
    synchronized void restart(Instant now) {
        if (over) {
            return;
        }
        startsAgain = true;
        if (isRunning()) {
            beginStop(now);
        } else if (state != State.STOPPING) {
            tryStart(now);
        }
    }

    /** Restarts a process that is to run; one that is down, or was asked to end, stays so. */
    synchronized void renew(Instant now) {
        if (state != State.DOWN && (state != State.STOPPING || startsAgain)) {
            restart(now);
        }
    }

    /**
     * Kills the process, which is then restarted like any that has ended; one that was asked to end is not.
     *
     * @throws ControlException if it does not run
     */
    synchronized void kill(Instant now) {
        if (state != State.STOPPING) {
            requireRunning("killed", now);
        }
        process().kill();
        check(now);
    }

    /**
     * Suspends the process until it is resumed, asked to end or killed.
     *
     * @throws ControlException if it does not run
     */
    synchronized void pause(Instant now) {
        requireRunning("paused", now);
        endDutyCycle();
        process().suspend();
        paused = true;
    }

    /**
     * Lets a paused or slow process run at full speed again.
     *
     * @throws ControlException if it does not run
     */
    synchronized void resume(Instant now) {
        requireRunning("resumed", now);
        letRun();
    }

    /**
     * Lets the process run in that much of each moment, until it is resumed, paused or ends.
     *
     * @param percent from 5 to 95
     * @throws ControlException if it does not run
     */
    synchronized void slow(int percent, Instant now) {
        requireRunning("slowed down", now);
        letRun();
        dutyCycle = Optional.of(DutyCycle.start(process(), percent));
    }

    /** Asks the process to end for good: it cannot be started again. */
    synchronized void end(Instant now) {
        over = true;
        stop(now);
    }

    /** Waits for the end of a process that was asked to end. */
    void awaitEnd() {
        CompletableFuture<Void> ending;
        synchronized (this) {
            ending = stopping;
        }
        ending.handle((ended, failure) -> null).join(); // Each stop has its own limit.
        check(Instant.now());
    }

    /** Checks the process and restarts it when its delay is over; to be called a few times a second. */
    synchronized void check(Instant now) {
        switch (state) {
            case DOWN -> {}
            case CRASHED -> {
                if (!now.isBefore(restartAt)) {
                    restarts++;
                    tryStart(now);
                }
            }
            case STOPPING -> {
                if (stopping.isDone()) {
                    ended(now);
                }
            }
            case STARTING, UP -> checkRunning(now);
        }
    }

    synchronized State state() {
        return state;
    }

    /** Instant of the last change of the state. */
    synchronized Instant since() {
        return since;
    }

    /** Time from its latest start until it was ready. */
    synchronized Optional<Duration> readyAfter() {
        return readyAfter;
    }

    /** Restarts after ends that were not asked for. */
    synchronized int restarts() {
        return restarts;
    }

    /** Share of the time in which a slow process may run; empty for others. */
    synchronized OptionalInt percent() {
        return dutyCycle.map(cycle -> OptionalInt.of(cycle.percent())).orElse(OptionalInt.empty());
    }

    synchronized boolean isPaused() {
        return paused;
    }

    /** Memory of its container in bytes; empty where it has none. */
    OptionalLong memoryLimit() {
        return dyno.map(container -> OptionalLong.of(container.memoryLimit())).orElse(OptionalLong.empty());
    }

    /** State in a few words. */
    synchronized String description(Instant now) {
        if (state == State.CRASHED) {
            return "crashed, restarts in "
                    + Math.max(0, Duration.between(now, restartAt).toSeconds()) + " s";
        }
        return state.word()
                + (paused ? ", paused" : "")
                + dutyCycle.map(cycle -> ", at " + cycle.percent() + " %").orElse("");
    }

    static String seconds(Duration time) {
        return "%.1f s".formatted(time.toMillis() / 1000.0);
    }

    /** Tells whether it runs, and was not asked to end. */
    synchronized boolean isRunning() {
        return state == State.STARTING || state == State.UP;
    }

    private void requireRunning(String participle, Instant now) {
        if (!isRunning()) {
            throw new ControlException(
                    409, "conflict", "%s is %s: it cannot be %s.".formatted(name(), description(now), participle));
        }
    }

    private void endDutyCycle() {
        dutyCycle.ifPresent(DutyCycle::close);
        dutyCycle = Optional.empty();
    }

    private void letRun() {
        endDutyCycle();
        if (paused) {
            process().resume();
            paused = false;
        }
    }

    private void checkRunning(Instant now) {
        if (!process().isAlive()) {
            crash(now);
        } else if (state == State.STARTING && server.isReady()) {
            readyAfter = Optional.of(Duration.between(started, now));
            become(State.UP, now);
            if (starts > 1) {
                messages.accept("%s is ready again after %s".formatted(name(), seconds(readyAfter.get())));
            }
        } else {
            dyno.ifPresent(container -> container.enforceLimits(process(), started, now));
        }
    }

    private void crash(Instant now) {
        endDutyCycle();
        paused = false;
        dyno.ifPresent(container -> container.exited(process()));
        scheduleRestart(now, "has ended");
    }

    private void beginStop(Instant now) {
        letRun(); // A suspended process does not end.
        stopping = CompletableFuture.runAsync(server::stop, Thread::startVirtualThread);
        become(State.STOPPING, now);
    }

    private void ended(Instant now) {
        if (stopping.isCompletedExceptionally()) {
            messages.accept("%s cannot be stopped: %s"
                    .formatted(name(), stopping.exceptionNow().getMessage()));
            process().kill();
        }
        dyno.ifPresent(container -> container.exited(process()));
        become(State.DOWN, now);
        if (startsAgain) {
            tryStart(now);
        }
    }

    private void tryStart(Instant now) {
        try {
            start(now);
        } catch (RuntimeException failure) {
            // Of whatever kind: one process that cannot start must not end all others.
            scheduleRestart(now, "cannot start (" + firstLine(failure) + ")");
        }
    }

    private void become(State next, Instant now) {
        if (next != state) {
            dyno.ifPresent(container -> container.changed(process(), next));
            state = next;
            since = now;
        }
    }

    private static String firstLine(RuntimeException failure) {
        return String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
    }

    private void scheduleRestart(Instant now, String reason) {
        var delay = nextDelay(now);
        restartAt = now.plus(delay);
        become(State.CRASHED, now);
        messages.accept("%s %s and is started again in %d s; see bin/logs %s"
                .formatted(name(), reason, delay.toSeconds(), name()));
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

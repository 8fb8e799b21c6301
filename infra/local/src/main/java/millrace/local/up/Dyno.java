package millrace.local.up;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.function.Consumer;
import millrace.local.DynoSize;
import millrace.local.ManagedProcess;
import millrace.paas.Ports;

/**
 * The container of a process on the PaaS: its limits, and the lines that the PaaS writes to the log of the process, in
 * their form and with their error codes. Errors and crashes are shown on the screen as well.
 */
final class Dyno {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSSxxx");
    private static final Duration MEASURED_EVERY = Duration.ofSeconds(5);
    private static final Duration LOGGED_EVERY = Duration.ofSeconds(20);
    private static final String MEMORY_EXCEEDED = "Error R14 (Memory quota exceeded)";

    private final String name;
    private final Limits limits;
    private final OptionalInt port;
    private final String command;
    private final Consumer<String> screen;
    private SupervisedProcess.State state = SupervisedProcess.State.DOWN;
    private boolean isBound;
    private boolean isOverMemory;
    private Instant nextMeasured = Instant.EPOCH;
    private Instant nextLogged = Instant.EPOCH;

    /**
     * Limits of a container.
     *
     * @param memory in bytes; more is an R14, more than twice as much an R15, which kills the process
     * @param boot time within which a web process listens; later is an R10, which kills the process
     * @param exit time within which a process ends after {@code SIGTERM}; later is an R12, which kills the process
     */
    record Limits(long memory, Duration boot, Duration exit) {
        private static final Duration BOOT = Duration.ofSeconds(60);
        private static final Duration EXIT = Duration.ofSeconds(30);

        static Limits of(DynoSize size) {
            return new Limits(size.bytes(), BOOT, EXIT);
        }
    }

    /**
     * @param name such as {@code orders.2}
     * @param port at which a web process has to listen; empty for other processes
     */
    Dyno(String name, Limits limits, OptionalInt port, String command, Consumer<String> screen) {
        this.name = name;
        this.limits = limits;
        this.port = port;
        this.command = command;
        this.screen = screen;
    }

    long memoryLimit() {
        return limits.memory();
    }

    /** Logs the start of a new process. */
    void starting(ManagedProcess process) {
        isBound = port.isEmpty();
        isOverMemory = false;
        nextMeasured = Instant.EPOCH;
        log(process, "Starting process with command `" + command + "`");
    }

    /** Logs a change of the state. On the PaaS a process that is asked to end keeps its state until its end. */
    void changed(ManagedProcess process, SupervisedProcess.State next) {
        if (next == SupervisedProcess.State.STOPPING) {
            log(process, "Stopping all processes with SIGTERM");
            return;
        }
        var line = "State changed from " + state.word() + " to " + next.word();
        state = next;
        if (next == SupervisedProcess.State.CRASHED) {
            report(process, line);
        } else {
            log(process, line);
        }
    }

    /** Logs how a process ended. */
    void exited(ManagedProcess process) {
        if (process.isOverdue()) {
            report(
                    process,
                    "Error R12 (Exit timeout) -> At least one process failed to exit within %d seconds of SIGTERM"
                            .formatted(limits.exit().toSeconds()));
            log(process, "Stopping remaining processes with SIGKILL");
        }
        process.exitCode().ifPresent(code -> log(process, "Process exited with status " + code));
    }

    /**
     * Kills a web process that does not listen in time, and any process with more than twice its memory. The memory is
     * measured every 5 s.
     */
    void enforceLimits(ManagedProcess process, Instant started, Instant now) {
        if (!isBound) {
            isBound = Ports.isListening(port.getAsInt());
            if (!isBound && now.isAfter(started.plus(limits.boot()))) {
                report(
                        process,
                        "Error R10 (Boot timeout) -> Web process failed to bind to $PORT within %d seconds of launch"
                                .formatted(limits.boot().toSeconds()));
                kill(process);
            }
        }
        if (!now.isBefore(nextMeasured)) {
            nextMeasured = now.plus(MEASURED_EVERY);
            checkMemory(process, ProcessMemory.of(process), now);
        }
    }

    private void checkMemory(ManagedProcess process, long bytes, Instant now) {
        if (bytes > 2 * limits.memory()) {
            log(process, running(bytes));
            report(process, "Error R15 (Memory quota vastly exceeded)");
            kill(process);
        } else if (bytes <= limits.memory()) {
            isOverMemory = false;
        } else if (!isOverMemory || !now.isBefore(nextLogged)) {
            log(process, running(bytes));
            log(process, MEMORY_EXCEEDED);
            if (!isOverMemory) {
                screen.accept(prefixed(MEMORY_EXCEEDED));
            }
            isOverMemory = true;
            nextLogged = now.plus(LOGGED_EVERY);
        }
    }

    private String running(long bytes) {
        return String.format(
                Locale.ROOT, "Process running mem=%dM(%.1f%%)", bytes >> 20, 100.0 * bytes / limits.memory());
    }

    private void kill(ManagedProcess process) {
        log(process, "Stopping process with SIGKILL");
        process.kill();
    }

    private void report(ManagedProcess process, String line) {
        log(process, line);
        screen.accept(prefixed(line));
    }

    private void log(ManagedProcess process, String line) {
        try {
            process.log().append(TIME.format(Instant.now().atOffset(ZoneOffset.UTC)) + " " + prefixed(line));
        } catch (UncheckedIOException e) {
            // The line is shown instead: a log that cannot be written must not end all processes.
            screen.accept(prefixed(line) + " (" + e.getMessage() + ")");
        }
    }

    private String prefixed(String line) {
        return "heroku[" + name + "]: " + line;
    }
}

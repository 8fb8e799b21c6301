package millrace.console.replay;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import millrace.console.call.ConsoleException;
import millrace.console.mask.PersonalFieldMask;
import millrace.events.Json;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last {@code bin/replay} that a page has started: one runs at a time. Its output, its exit code and who it is are
 * files of the platform's folder {@code replay}, so that it outlives a console that is killed and the next console shows
 * it. A console that ends in order ends it, too: a run goes on with the next run, and a switch that is interrupted leaves
 * the live generation live.
 */
final class ReplayProcess {
    private static final Logger LOG = LoggerFactory.getLogger(ReplayProcess.class);

    /**
     * Starts the program of {@code bin/replay} without its script, which would build what has changed under the running
     * system. The shell outlives a signal that the terminal sends to all, so that it writes the exit code.
     */
    private static final String START = "trap : INT TERM HUP; bin/launch bin/replay java @jvm.options"
            + " -XX:TieredStopAtLevel=1 -Xmx192m -cp"
            + " 'infra/replay/target/lib/*:infra/replay/target/replay-1.0.0-SNAPSHOT.jar'"
            + " millrace.replay.ReplayCommand \"$@\"; echo $? >\"$0\"";

    private static final Set<Integer> BY_SIGNAL = Set.of(128 + 2, 128 + 15);
    private static final int LARGEST_OUTPUT = 16 * 1024;
    private static final int LARGEST_COMPARISON = 2 * 1024 * 1024;
    private static final int MOST_LINES = 80;
    private static final int LONGEST_LINE = 400;
    private static final Pattern PROGRESS = Pattern.compile(" {2}[0-9,]+ records (read|to read), .*");

    private static final Pattern ROW = Pattern.compile("( {4}(?:live: {2}|shadow:) )(.*)");
    private static final Pattern KEY = Pattern.compile(" {2}([a-z-]+) .+");
    private static final Pattern COUNT = Pattern.compile(" {2}\\S+ +[0-9,]+ equal.*");

    private final Path root;
    private final Path home;
    private final Path state;
    private final Path output;
    private final Path exit;

    /**
     * Who runs, as the file says it.
     *
     * @param process id of the shell, whose only child is the command
     * @param processBegan tells it from another process that has its id later
     */
    record Started(ReplayCall call, Instant began, long process, String processBegan) {}

    /**
     * The command, as the page shows it.
     *
     * @param state {@code running}, {@code done}, {@code stopped}, {@code refused}, or {@code killed} where it has ended
     *     without an exit code
     * @param progress its last line of that kind; null where there is none
     * @param lines the end of its output
     */
    record Shown(
            String verb,
            String consumer,
            String line,
            Instant began,
            Instant ended,
            String state,
            Integer exitCode,
            String progress,
            List<String> lines) {}

    /**
     * @param root the project's directory
     * @param home data directory of the platform
     */
    ReplayProcess(Path root, Path home) {
        this.root = root.toAbsolutePath();
        this.home = home.toAbsolutePath();
        var folder = this.home.resolve("replay");
        this.state = folder.resolve("console.json");
        this.output = folder.resolve("console.log");
        this.exit = folder.resolve("console.exit");
    }

    /** Ends the command when this process ends in order. */
    void endWithThisProcess() {
        Runtime.getRuntime().addShutdownHook(new Thread(this::endQuietly, "end-replay"));
    }

    /** @throws ConsoleException 409 while another one runs */
    synchronized void start(ReplayCall call) {
        started().filter(this::isRunning).ifPresent(running -> {
            throw new ConsoleException(
                    409, running.call().line() + " is running: wait for its end, or stop it. One runs at a time.");
        });
        try {
            Files.createDirectories(state.getParent());
            Files.deleteIfExists(state);
            Files.deleteIfExists(exit);
            var command = new ArrayList<>(List.of("/bin/sh", "-c", START, exit.toString(), call.verb()));
            command.addAll(call.arguments());
            var builder = new ProcessBuilder(command)
                    .directory(root.toFile())
                    .redirectInput(new File("/dev/null"))
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile());
            builder.environment().put("MILLRACE_HOME", home.toString());
            builder.environment().remove("PORT"); // It is this console's.
            var process = builder.start().toHandle();
            var who = new Started(call, Instant.now(), process.pid(), began(process));
            Files.writeString(state, Json.text(who));
        } catch (IOException e) {
            throw new ConsoleException(500, call.line() + " cannot be started: " + e.getMessage(), e);
        }
    }

    /** Ends the command as Ctrl-C does. @throws ConsoleException 409 where none runs */
    synchronized void stop() {
        var running = started()
                .filter(this::isRunning)
                .orElseThrow(() -> new ConsoleException(409, "No command of a page is running."));
        children(running).forEach(ProcessHandle::destroy);
    }

    /** The last command; empty where there was none. */
    synchronized Optional<Shown> shown() {
        return started().map(who -> {
            var running = isRunning(who);
            var code = exitCode();
            var lines = lines(end(LARGEST_OUTPUT));
            return new Shown(
                    who.call().verb(),
                    who.call().consumer(),
                    who.call().line(),
                    who.began(),
                    running ? null : ended(),
                    running ? "running" : code.isEmpty() ? "killed" : state(who, code.get()),
                    code.orElse(null),
                    lines.stream()
                            .filter(line -> PROGRESS.matcher(line).matches())
                            .reduce((earlier, later) -> later)
                            .map(String::strip)
                            .orElse(null),
                    lines.subList(Math.max(0, lines.size() - MOST_LINES), lines.size()));
        });
    }

    /** JSON of the comparison, which is the last line of {@code compare --json}; empty where there is none. */
    synchronized Optional<String> comparison() {
        return started()
                .filter(who -> who.call().verb().equals("compare") && !isRunning(who))
                .flatMap(who -> end(LARGEST_COMPARISON)
                        .lines()
                        .filter(line -> line.startsWith("{"))
                        .reduce((earlier, later) -> later));
    }

    private void endQuietly() {
        try {
            started()
                    .filter(this::isRunning)
                    .ifPresent(running -> children(running).forEach(ProcessHandle::destroy));
        } catch (RuntimeException e) {
            LOG.warn("The command that a page has started cannot be ended", e);
        }
    }

    /**
     * A comparison of generations that differ exits with 1, and is none the worse. A program that a signal has told to
     * stop ends with the signal's code, however well it has stopped.
     */
    private String state(Started who, int code) {
        if (BY_SIGNAL.contains(code)) {
            return "stopped";
        }
        var isComparison = who.call().verb().equals("compare") && comparison().isPresent();
        return code == 0 || isComparison ? "done" : "refused";
    }

    private List<ProcessHandle> children(Started who) {
        return ProcessHandle.of(who.process()).stream()
                .flatMap(ProcessHandle::children)
                .toList();
    }

    private Optional<Started> started() {
        return read(state).flatMap(text -> {
            try {
                return Optional.of(Json.MAPPER.readValue(text, Started.class));
            } catch (IOException e) {
                return Optional.empty(); // A console was killed while it wrote the file.
            }
        });
    }

    private boolean isRunning(Started who) {
        return Files.notExists(exit)
                && ProcessHandle.of(who.process())
                        .filter(process -> process.isAlive() && began(process).equals(who.processBegan()))
                        .isPresent();
    }

    private static String began(ProcessHandle process) {
        return process.info().startInstant().map(Instant::toString).orElse("unknown");
    }

    private Optional<Integer> exitCode() {
        return read(exit)
                .map(String::strip)
                .filter(text -> text.matches("[0-9]{1,3}"))
                .map(Integer::valueOf);
    }

    private Instant ended() {
        try {
            return Files.getLastModifiedTime(Files.exists(exit) ? exit : output).toInstant();
        } catch (IOException e) {
            return null; // It is not known where somebody has removed the files.
        }
    }

    private static Optional<String> read(Path file) {
        try {
            return Optional.of(Files.readString(file));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be read", e);
        }
    }

    /** The last bytes of the output, without a line that begins before them. */
    private String end(int most) {
        try (var file = FileChannel.open(output)) {
            var from = Math.max(0, file.size() - most);
            var bytes = ByteBuffer.allocate((int) (file.size() - from));
            while (bytes.hasRemaining() && file.read(bytes, from + bytes.position()) > 0) {
                // A read may return a part.
            }
            var text = new String(bytes.array(), 0, bytes.position(), UTF_8);
            return from == 0 ? text : text.substring(text.indexOf('\n') + 1);
        } catch (NoSuchFileException e) {
            return "";
        } catch (IOException e) {
            throw new UncheckedIOException(output + " cannot be read", e);
        }
    }

    /** Without the line of JSON, which is shown as a table, and without rows of the generations. */
    private static List<String> lines(String text) {
        return text.lines()
                .filter(line -> !line.startsWith("{"))
                .map(ReplayProcess::masked)
                .map(line -> line.length() <= LONGEST_LINE ? line : line.substring(0, LONGEST_LINE) + "…")
                .toList();
    }

    /** What a comparison prints of a key may be personal: both rows, and keys of some channels. */
    private static String masked(String line) {
        var row = ROW.matcher(line);
        if (row.matches()) {
            return row.group(1) + (row.group(2).equals("no such key") ? row.group(2) : PersonalFieldMask.DOTS);
        }
        var key = KEY.matcher(line);
        return key.matches() && !COUNT.matcher(line).matches() && ComparedRows.isChannelOfPersons(key.group(1))
                ? "  " + key.group(1) + " " + PersonalFieldMask.DOTS
                : line;
    }
}

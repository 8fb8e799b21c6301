package millrace.console.faults;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import millrace.console.call.ConsoleException;
import millrace.events.Json;
import millrace.local.PrivateFile;
import millrace.local.StartException;
import millrace.local.control.ControlClient;
import millrace.local.control.ControlException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does faults to what runs on this machine, and undoes each when its time is over. A fault is in the file
 * {@code faults.json} of the data directory before it is done: a console that was killed undoes it after its restart. An
 * undo that fails is tried again every 5 s. The file has the last 500 faults.
 */
public final class Faults implements AutoCloseable {
    public static final Duration LONGEST = Duration.ofHours(1);

    static final int MOST_KEPT = 500;
    static final int MOST_IN_FORCE = 32;

    private static final Logger LOG = LoggerFactory.getLogger(Faults.class);
    private static final int UNAVAILABLE = 503;
    private static final String FILE = "faults.json";
    private static final String GAME = "game";
    private static final Duration RETRIED_AFTER = Duration.ofSeconds(5);

    /** A game's fault that comes later than this is left out: the console, or the machine, stood still. */
    private static final Duration MISSED_AFTER = Duration.ofSeconds(5);

    private static final Duration ENDS_WITHIN = Duration.ofSeconds(5);

    /** The control API of {@code bin/up}. */
    @FunctionalInterface
    public interface Control {
        /**
         * Calls it.
         *
         * @param body null for none
         * @throws ControlException if the call is refused
         * @throws StartException if nothing answers
         */
        JsonNode call(String method, String path, Object body) throws InterruptedException;
    }

    /** Content of the file: the faults, the oldest first. */
    private record FaultFile(long last, List<Fault> faults, FaultGame game) {}

    private final Control control;
    private final Path file;
    /** Held while a fault is done or undone: one at a time. */
    private final ReentrantLock doing = new ReentrantLock(true);

    /** Guards the fields below. */
    private final ReentrantLock state = new ReentrantLock();

    private final Condition changed = state.newCondition();
    private final List<Fault> faults = new ArrayList<>();
    private final Map<String, Instant> notBefore = new HashMap<>();
    private FaultGame game;
    private long last;
    private boolean closed;
    private Thread undoing;

    private Faults(Control control, Path file) {
        this.control = control;
        this.file = file;
    }

    /** Reads the file, and begins to undo what is due. The caller closes it; faults then stay as they are. */
    public static Faults open(Control control, Path home) {
        var faults = new Faults(control, home.resolve(FILE));
        faults.read();
        faults.undoing = Thread.ofVirtual().name("faults").start(faults::undoAll);
        return faults;
    }

    /** Faults that are in force, the oldest first. */
    public List<Fault> current() {
        return locked(() -> faults.stream().filter(Fault::isInForce).toList());
    }

    /** The last faults, in force or over, the newest first. */
    public List<Fault> history(int most) {
        return locked(() -> faults.reversed().stream().limit(most).toList());
    }

    /** The game that runs, or the last one. */
    public Optional<FaultGame> game() {
        return locked(() -> Optional.ofNullable(game));
    }

    /**
     * Does a fault. It is undone after the duration, but for kinds that mend by themselves.
     *
     * @param process name or type; of no matter for kinds that need none
     * @param value of the kind; null for none
     * @param by who asks for it, for the history
     * @throws ConsoleException 400 or 409 where it is refused, 503 where {@code bin/up} does not answer
     */
    public Fault start(FaultKind kind, String process, Long value, Duration duration, String by)
            throws InterruptedException {
        var target = kind.target(process);
        requireSound(kind, target, value, duration);
        doing.lockInterruptibly();
        try {
            requireFree(kind, target);
            var affected = affected(kind, target);
            var former = kind == FaultKind.SCALE ? affected.size() : null;
            var now = Instant.now();
            var fault = add(new Fault(
                    Long.toString(nextId()),
                    kind,
                    target,
                    affected,
                    kind.takesValue() ? value : null,
                    former,
                    by,
                    now,
                    kind.isUndone() ? now.plus(duration) : null,
                    null,
                    null,
                    null));
            return done(fault);
        } finally {
            doing.unlock();
        }
    }

    /**
     * Undoes a fault now.
     *
     * @throws ConsoleException 404 where none of this id is in force, 503 where its undo fails: it is tried again
     */
    public Fault revert(String id, String by) throws InterruptedException {
        doing.lockInterruptibly();
        try {
            var fault = inForce(id).orElseThrow(() -> ConsoleException.notFound("No fault " + id + " is in force."));
            return reverted(fault, "Undone by " + by + ".");
        } finally {
            doing.unlock();
        }
    }

    /**
     * Stops the game, and undoes all faults that are in force.
     *
     * @throws ConsoleException 503 where an undo fails: the others are done, and it is tried again
     */
    public List<Fault> revertAll(String by) throws InterruptedException {
        stopGame();
        var reverted = new ArrayList<Fault>();
        var problems = new ArrayList<String>();
        for (var fault : current().reversed()) {
            try {
                reverted.add(revert(fault.id(), by));
            } catch (ConsoleException refused) {
                if (refused.status() != 404) { // Somebody else has undone it meanwhile.
                    problems.add(refused.getMessage());
                }
            }
        }
        if (!problems.isEmpty()) {
            throw new ConsoleException(503, String.join(" ", problems));
        }
        return reverted;
    }

    /**
     * Begins a game with the processes of the application that are there.
     *
     * @throws ConsoleException 400 for values outside their limits, 409 where a game runs
     */
    public FaultGame play(long seed, long seconds, long pace, String by) throws InterruptedException {
        requireWithin("seconds", seconds, FaultGame.SHORTEST, FaultGame.LONGEST);
        requireWithin("pace", pace, FaultGame.FASTEST, FaultGame.SLOWEST);
        var processes = FaultGame.ofApplication(names(processes()));
        if (processes.isEmpty()) {
            throw new ConsoleException(409, "No process of the application is there.");
        }
        return locked(() -> {
            if (game != null && game.isRunning()) {
                throw new ConsoleException(
                        409, "A game runs already, with the seed " + game.seed() + ": stop it first.");
            }
            game = new FaultGame(seed, (int) seconds, (int) pace, processes, by, Instant.now(), 0, null);
            write();
            changed.signalAll();
            return game;
        });
    }

    /** Stops the game, if one runs; its faults are undone at their times. */
    public void stopGame() {
        locked(() -> {
            if (game != null && game.isRunning()) {
                game = game.ended(Instant.now());
                write();
            }
            return game;
        });
    }

    /** The processes that the control API names, as it describes them. */
    JsonNode processes() throws InterruptedException {
        try {
            return control.call("GET", "/processes", null);
        } catch (StartException failure) {
            throw new ConsoleException(503, failure.getMessage(), failure);
        }
    }

    @Override
    public void close() {
        locked(() -> {
            closed = true;
            changed.signalAll();
            return closed;
        });
        undoing.interrupt();
        try {
            undoing.join(ENDS_WITHIN);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void requireSound(FaultKind kind, String process, Long value, Duration duration) {
        if (process == null || process.isBlank()) {
            throw ConsoleException.badRequest("The name of a process is missing.");
        }
        if (Fault.isWithin(process, "console")) {
            throw new ConsoleException(409, "The console undoes faults, and does none to itself.");
        }
        if (kind.needsValue() && value == null) {
            throw ConsoleException.badRequest("The kind " + kind.word() + " needs a value.");
        }
        if (kind.takesValue() && value != null) {
            requireWithin("value", value, kind.least(), kind.most());
        }
        if (kind.isUndone() && (duration.compareTo(Duration.ofSeconds(1)) < 0 || duration.compareTo(LONGEST) > 0)) {
            throw ConsoleException.badRequest(
                    "A fault lasts from 1 to %d seconds, not %d.".formatted(LONGEST.toSeconds(), duration.toSeconds()));
        }
    }

    private static void requireWithin(String name, long value, long least, long most) {
        if (value < least || value > most) {
            throw ConsoleException.badRequest(
                    "%s has to be from %d to %d, not %d.".formatted(name, least, most, value));
        }
    }

    /** Two faults of one process would undo each other. Of the archive there is one, and the control API sees to it. */
    private void requireFree(FaultKind kind, String target) {
        var inForce = current();
        if (inForce.size() >= MOST_IN_FORCE) {
            throw new ConsoleException(409, MOST_IN_FORCE + " faults are in force: undo one first.");
        }
        var same = inForce.stream()
                // fork: audit
                .filter(fault -> kind != FaultKind.TAMPER && fault.kind() != FaultKind.TAMPER)
                // fork: end
                .filter(fault -> fault.concerns(target))
                .findFirst();
        same.ifPresent(fault -> {
            throw new ConsoleException(
                    409,
                    "%s has a fault already (%s, number %s): undo that first."
                            .formatted(fault.process(), fault.kind().word(), fault.id()));
        });
    }

    /** Names of the processes to which it will be done: those that it will change. */
    private List<String> affected(FaultKind kind, String target) throws InterruptedException {
        if (!kind.needsProcess()) {
            return List.of();
        }
        var all = processes();
        var named = stream(all)
                .filter(process -> Fault.isWithin(process.path("name").asText(), target))
                .toList();
        if (named.isEmpty()) {
            throw ConsoleException.notFound(
                    "There is no process %s, only these: %s.".formatted(target, String.join(", ", names(all))));
        }
        var running = named.stream()
                .filter(process -> !List.of("down", "stopping")
                        .contains(process.path("state").asText()))
                .map(process -> process.path("name").asText())
                .toList();
        if (running.isEmpty() && kind != FaultKind.SCALE) {
            throw new ConsoleException(409, target + " does not run.");
        }
        return running;
    }

    /** Does a fault that is in the file already. One that is refused is as if it had never been. */
    private Fault done(Fault fault) throws InterruptedException {
        try {
            var done = doNow(fault);
            return replace(done.kind().isUndone() ? done : done.ended(Instant.now(), "It mends by itself."));
        } catch (ControlException refused) {
            if (fault.affected().size() > 1 && fault.kind() != FaultKind.SCALE) {
                undo(fault); // Of several processes some may have it.
            }
            remove(fault);
            throw new ConsoleException(refused.status(), refused.getMessage(), refused);
        } catch (StartException unknown) {
            // It may have been done: it is undone as soon as something answers.
            replace(
                    fault.kind().isUndone()
                            ? fault.endingAt(Instant.now())
                            : fault.ended(Instant.now(), unknown.getMessage()));
            throw new ConsoleException(503, unknown.getMessage(), unknown);
        }
    }

    private Fault doNow(Fault fault) throws InterruptedException {
        switch (fault.kind()) {
            case STOP, KILL, PAUSE -> each(fault, fault.kind().word(), null);
            case SLOW -> each(fault, "slow", Map.of("percent", fault.value()));
            case SCALE -> control.call("POST", path(fault.process(), "scale"), Map.of("quantity", fault.value()));
            case FAIL -> control.call("POST", "/data/kafka/v0/clusters/KAFKA/induce-failure", Map.of());
            // fork: audit
            case TAMPER -> {
                return tampered(fault);
            }
            // fork: end
        }
        return fault;
    }

    // fork: audit
    private Fault tampered(Fault fault) throws InterruptedException {
        var place = fault.process().split("/", 2);
        var wanted = new LinkedHashMap<String, Object>();
        wanted.put("channel", place[0]);
        wanted.put("partition", place.length == 2 ? place[1] : null);
        wanted.put("offset", fault.value());
        var changed = control.call("POST", "/archive/tamper", wanted);
        var partition = changed.path("channel").asText() + "/"
                + changed.path("partition").asInt();
        return fault.to(partition, changed.path("offset").asLong());
    }
    // fork: end

    private void each(Fault fault, String action, Object body) throws InterruptedException {
        for (var process : fault.affected()) {
            control.call("POST", path(process, action), body);
        }
    }

    private Fault reverted(Fault fault, String outcome) throws InterruptedException {
        try {
            undo(fault);
            return replace(fault.ended(Instant.now(), outcome));
        } catch (ControlException refused) {
            if (refused.status() == 404) {
                return replace(
                        fault.ended(Instant.now(), "There is nothing to undo any more: " + refused.getMessage()));
            }
            throw failed(fault, refused);
        } catch (StartException failure) {
            throw failed(fault, failure);
        }
    }

    private ConsoleException failed(Fault fault, RuntimeException cause) {
        replace(fault.stillInForce(cause.getMessage()));
        return new ConsoleException(
                503,
                "The fault %s (%s of %s) is not undone, and it is tried again: %s"
                        .formatted(fault.id(), fault.kind().word(), fault.process(), cause.getMessage()),
                cause);
    }

    /** Undoes what is still there of a fault: a process may have been restarted by somebody meanwhile, or be gone. */
    private void undo(Fault fault) throws InterruptedException {
        switch (fault.kind()) {
            case SCALE -> control.call("POST", path(fault.process(), "scale"), Map.of("quantity", fault.former()));
            // fork: audit
            case TAMPER -> control.call("POST", "/archive/restore", null);
            // fork: end
            case STOP, PAUSE, SLOW -> {
                for (var process : control.call("GET", "/processes", null)) {
                    var name = process.path("name").asText();
                    if (fault.affected().contains(name) && isThere(fault.kind(), process)) {
                        control.call("POST", path(name, fault.kind() == FaultKind.STOP ? "restart" : "resume"), null);
                    }
                }
            }
            case KILL, FAIL -> {
                // Started again by the supervisor.
            }
        }
    }

    private static boolean isThere(FaultKind kind, JsonNode process) {
        return switch (kind) {
            case STOP ->
                List.of("down", "stopping").contains(process.path("state").asText());
            case PAUSE -> process.path("paused").asBoolean();
            case SLOW -> process.has("percent");
            case KILL, SCALE, FAIL -> false;
            // fork: audit
            case TAMPER -> false;
            // fork: end
        };
    }

    /** Undoes what is due, and does what the game does, until this is closed. */
    private void undoAll() {
        try {
            while (awaitDue()) {
                undoDue();
                playDue();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // It is closed.
        }
    }

    private void undoDue() throws InterruptedException {
        for (var due : locked(() -> faults.stream().filter(this::isDue).toList())) {
            doing.lockInterruptibly();
            try {
                var fault = inForce(due.id());
                if (fault.isPresent()) {
                    reverted(fault.get(), "Undone when its time was over.");
                }
            } catch (ConsoleException failure) {
                LOG.warn("{}", failure.getMessage());
            } finally {
                doing.unlock();
            }
        }
    }

    private boolean isDue(Fault fault) {
        return fault.isInForce() && !dueAt(fault).isAfter(Instant.now());
    }

    /** One that is in force and needs no undo was written down, and perhaps done, by a console that then ended. */
    private Instant dueAt(Fault fault) {
        var end = fault.endsAt() == null ? fault.startedAt() : fault.endsAt();
        var retry = notBefore.getOrDefault(fault.id(), end);
        return retry.isAfter(end) ? retry : end;
    }

    private void playDue() throws InterruptedException {
        var running = game().filter(FaultGame::isRunning);
        if (running.isEmpty()) {
            return;
        }
        var playing = running.get();
        var moves = playing.moves();
        var now = Instant.now();
        if (playing.next() >= moves.size()) {
            if (!now.isBefore(playing.endsAt())) {
                stopGame();
            }
            return;
        }
        var move = moves.get(playing.next());
        if (playing.at(move).isAfter(now)) {
            return;
        }
        var goesOn = locked(() -> {
            if (game != playing) {
                return false;
            }
            game = playing.withNext(playing.next() + 1);
            write();
            return true;
        });
        if (goesOn && playing.at(move).plus(MISSED_AFTER).isAfter(now)) {
            try {
                start(move.kind(), move.process(), move.value(), Duration.ofSeconds(move.seconds()), GAME);
            } catch (ConsoleException refused) {
                if (refused.status()
                        != UNAVAILABLE) { // Then it is in the history already, because it may have been done.
                    note(move, refused.getMessage());
                }
            }
        }
    }

    /** Adds a move that was refused to the history: the sequence of the game is visible in it. */
    private void note(FaultGame.Move move, String why) {
        var now = Instant.now();
        add(new Fault(
                Long.toString(nextId()),
                move.kind(),
                move.process(),
                List.of(),
                move.value(),
                null,
                GAME,
                now,
                null,
                now,
                "Not done: " + why,
                null));
    }

    /** Waits until something is due; false when this is closed. */
    private boolean awaitDue() throws InterruptedException {
        state.lockInterruptibly();
        try {
            while (!closed) {
                var next = nextDue();
                var now = Instant.now();
                if (next.isEmpty()) {
                    changed.await();
                } else if (next.get().isAfter(now)) {
                    changed.await(Duration.between(now, next.get()).toNanos(), TimeUnit.NANOSECONDS);
                } else {
                    return true;
                }
            }
            return false;
        } finally {
            state.unlock();
        }
    }

    private Optional<Instant> nextDue() {
        var ends = faults.stream().filter(Fault::isInForce).map(this::dueAt);
        return Stream.concat(ends, nextMove().stream()).min(Comparator.naturalOrder());
    }

    private Optional<Instant> nextMove() {
        return Optional.ofNullable(game).filter(FaultGame::isRunning).map(playing -> {
            var moves = playing.moves();
            return playing.next() < moves.size() ? playing.at(moves.get(playing.next())) : playing.endsAt();
        });
    }

    private Optional<Fault> inForce(String id) {
        return current().stream().filter(fault -> fault.id().equals(id)).findFirst();
    }

    private long nextId() {
        return locked(() -> ++last);
    }

    private Fault add(Fault fault) {
        return locked(() -> {
            faults.add(fault);
            while (faults.size() > MOST_KEPT) {
                faults.remove(faults.stream()
                        .filter(old -> !old.isInForce())
                        .findFirst()
                        .orElseThrow());
            }
            write();
            changed.signalAll();
            return fault;
        });
    }

    private Fault replace(Fault fault) {
        return locked(() -> {
            faults.replaceAll(old -> old.id().equals(fault.id()) ? fault : old);
            if (fault.problem() == null) {
                notBefore.remove(fault.id());
            } else {
                notBefore.put(fault.id(), Instant.now().plus(RETRIED_AFTER));
            }
            write();
            changed.signalAll();
            return fault;
        });
    }

    private void remove(Fault fault) {
        locked(() -> {
            faults.removeIf(old -> old.id().equals(fault.id()));
            write();
            return fault;
        });
    }

    private void write() {
        PrivateFile.write(file, Json.text(new FaultFile(last, faults, game)));
    }

    /** A file that cannot be read is renamed: the console starts, and a person can look at it. */
    private void read() {
        try {
            if (Files.exists(file)) {
                var kept = Json.MAPPER.readValue(Files.readAllBytes(file), FaultFile.class);
                last = kept.last();
                faults.addAll(kept.faults());
                game = kept.game();
            }
        } catch (IOException unreadable) {
            LOG.warn(
                    "{} cannot be read, and becomes {}.unreadable: faults in it are not undone",
                    file,
                    FILE,
                    unreadable);
            try {
                Files.move(file, file.resolveSibling(FILE + ".unreadable"), StandardCopyOption.REPLACE_EXISTING);
            } catch (IOException e) {
                throw new UncheckedIOException(file + " can neither be read nor renamed", e);
            }
        }
    }

    @FunctionalInterface
    private interface Step<T> {
        T take();
    }

    private <T> T locked(Step<T> step) {
        state.lock();
        try {
            return step.take();
        } finally {
            state.unlock();
        }
    }

    private static List<String> names(JsonNode processes) {
        return stream(processes).map(process -> process.path("name").asText()).toList();
    }

    private static Stream<JsonNode> stream(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }

    private static String path(String process, String action) {
        return "/processes/" + ControlClient.part(process) + "/" + action;
    }
}

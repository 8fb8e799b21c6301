package millrace.console.faults;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Random;

/**
 * Faults at random moments. The seed, the pace and the processes decide all of them: the same game can be played again.
 *
 * @param seconds after its start all faults are undone and no other comes
 * @param pace seconds from one fault to the next, on average
 * @param processes to which faults are done
 * @param next number of the move that comes next
 * @param endedAt null while it runs
 */
public record FaultGame(
        long seed,
        int seconds,
        int pace,
        List<String> processes,
        String by,
        Instant startedAt,
        int next,
        Instant endedAt) {
    static final int SHORTEST = 10;
    static final int LONGEST = 3600;
    static final int FASTEST = 3;
    static final int SLOWEST = 600;

    private static final int SHORTEST_FAULT = 3;
    private static final int LONGEST_FAULT = 15;

    /** Some kinds are more likely than others: a broker that fails disturbs everything. */
    private static final List<FaultKind> KINDS = List.of(
            FaultKind.KILL,
            FaultKind.KILL,
            FaultKind.STOP,
            FaultKind.STOP,
            FaultKind.PAUSE,
            FaultKind.PAUSE,
            FaultKind.SLOW,
            FaultKind.SLOW,
            FaultKind.FAIL);

    /**
     * One fault of the game.
     *
     * @param afterMs milliseconds after the start
     * @param value percentage; null for other kinds
     * @param seconds until it is undone
     */
    record Move(long afterMs, FaultKind kind, String process, Long value, int seconds) {}

    public FaultGame {
        processes = processes.stream().sorted().toList();
    }

    boolean isRunning() {
        return endedAt == null;
    }

    Instant endsAt() {
        return startedAt.plusSeconds(seconds);
    }

    Instant at(Move move) {
        return startedAt.plusMillis(move.afterMs());
    }

    FaultGame withNext(int move) {
        return new FaultGame(seed, seconds, pace, processes, by, startedAt, move, endedAt);
    }

    FaultGame ended(Instant at) {
        return new FaultGame(seed, seconds, pace, processes, by, startedAt, next, at);
    }

    /**
     * All moves in the order of time. No process has two faults at once: of those that overlap, the former stands.
     * {@link Random} is used because its numbers are the same in every version of Java.
     */
    List<Move> moves() {
        var random = new Random(seed);
        var moves = new ArrayList<Move>();
        var busyUntil = new HashMap<String, Long>();
        var at = 0L;
        while (true) {
            at += Math.round(pace * 1000L * (0.5 + random.nextDouble()));
            var kind = KINDS.get(random.nextInt(KINDS.size()));
            var process = kind.target(processes.get(random.nextInt(processes.size())));
            var percent = 10L + 10 * random.nextInt(5);
            var length = SHORTEST_FAULT + random.nextInt(LONGEST_FAULT - SHORTEST_FAULT + 1);
            if (at + SHORTEST_FAULT * 1000L > seconds * 1000L) {
                return moves;
            }
            length = (int) Math.min(length, seconds - at / 1000);
            if (busyUntil.getOrDefault(process, 0L) <= at) {
                busyUntil.put(process, at + length * 1000L + 1000);
                moves.add(new Move(at, kind, process, kind == FaultKind.SLOW ? percent : null, length));
            }
        }
    }

    /** Processes of the application, by their names: a number is at their end. */
    static List<String> ofApplication(List<String> names) {
        return names.stream().filter(name -> name.matches(".+\\.[0-9]+")).toList();
    }
}

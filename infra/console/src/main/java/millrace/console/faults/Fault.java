package millrace.console.faults;

import java.time.Instant;
import java.util.List;

/**
 * A fault that was done.
 *
 * @param process that was named, such as {@code orders.1} or, for all of a type, {@code orders}; of the archive a
 *     partition, such as {@code orders/1}
 * @param affected processes to which it was done
 * @param value percentage, number of processes or offset; null where the kind has none
 * @param former number of processes before it; null where that does not matter
 * @param by who asked for it
 * @param endsAt when it is undone; null where it needs no undo
 * @param endedAt when it was over; null while it is in force
 * @param outcome how it ended, as a sentence; null while it is in force
 * @param problem why its undo has failed so far; null where it has not
 */
public record Fault(
        String id,
        FaultKind kind,
        String process,
        List<String> affected,
        Long value,
        Integer former,
        String by,
        Instant startedAt,
        Instant endsAt,
        Instant endedAt,
        String outcome,
        String problem) {

    boolean isInForce() {
        return endedAt == null;
    }

    Fault ended(Instant at, String how) {
        return new Fault(id, kind, process, affected, value, former, by, startedAt, endsAt, at, how, null);
    }

    Fault stillInForce(String why) {
        return new Fault(id, kind, process, affected, value, former, by, startedAt, endsAt, null, null, why);
    }

    Fault endingAt(Instant end) {
        return new Fault(id, kind, process, affected, value, former, by, startedAt, end, endedAt, outcome, problem);
    }

    // fork: audit
    /** This fault, done to a record of the archive. */
    Fault to(String partition, Long offset) {
        return new Fault(
                id, kind, partition, affected, offset, former, by, startedAt, endsAt, endedAt, outcome, problem);
    }
    // fork: end

    /** Whether a process, or all of a type, is among those of this fault, or they among it. */
    boolean concerns(String other) {
        return isWithin(process, other)
                || isWithin(other, process)
                || affected.stream().anyMatch(name -> isWithin(name, other));
    }

    static boolean isWithin(String name, String typeOrName) {
        return name.equals(typeOrName) || name.startsWith(typeOrName + ".");
    }
}

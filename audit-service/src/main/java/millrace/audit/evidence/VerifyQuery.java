package millrace.audit.evidence;

import java.time.Instant;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import millrace.audit.evidence.tree.Segment;
import millrace.audit.table.ChainName;

/**
 * The part of the archive to verify, and how.
 *
 * @param from segments that were closed before are not read
 * @param to the log is read up to the first checkpoint after this time
 * @param withBroker true if the entries are compared with what the broker still has, too
 * @param deadline time at which the verification ends early
 * @param stop ends the verification early, too
 */
public record VerifyQuery(
        Optional<String> channel,
        Optional<Integer> partition,
        Instant from,
        Instant to,
        boolean withBroker,
        Instant deadline,
        BooleanSupplier stop) {
    /** Asks for everything. */
    public static VerifyQuery all(Instant deadline) {
        return new VerifyQuery(
                Optional.empty(), Optional.empty(), Instant.EPOCH, Instant.MAX, true, deadline, () -> false);
    }

    boolean asksFor(ChainName chain) {
        return channel.map(chain.channel()::equals).orElse(true)
                && partition.map(number -> number == chain.partition()).orElse(true);
    }

    boolean asksFor(Instant closed) {
        return !closed.isBefore(from) && !closed.isAfter(to);
    }

    /** True if it asks for the entries of a segment. */
    boolean asksForEntries(Segment segment) {
        return asksFor(segment.chain()) && asksFor(Instant.ofEpochMilli(segment.closedMs()));
    }

    /** True if it asks for the present, too: what is not signed yet, the broker, erasures. */
    boolean asksForNow() {
        return to.isAfter(Instant.now());
    }

    boolean isOver() {
        return stop.getAsBoolean() || Instant.now().isAfter(deadline);
    }
}

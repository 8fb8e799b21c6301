package millrace.audit.verify;

import java.time.Instant;
import java.util.Optional;

/**
 * What to verify.
 *
 * @param from segments that were closed before are not read, only their checkpoints are
 * @param to segments that were closed later are not read
 * @param deadline what was not looked at then is left
 */
public record VerifyQuery(
        Optional<String> channel, Optional<Integer> partition, Instant from, Instant to, Instant deadline) {
    boolean asksFor(String name, int number) {
        return channel.map(name::equals).orElse(true)
                && partition.map(p -> p == number).orElse(true);
    }

    boolean asksFor(Instant closed) {
        return !closed.isBefore(from) && !closed.isAfter(to);
    }

    boolean isOver() {
        return Instant.now().isAfter(deadline);
    }
}

package millrace.audit.restore;

import java.time.Instant;
import java.util.Optional;
import millrace.events.Sha256;

/** Derives the id of a replay from its parameters, so that the same command continues the same replay. */
public final class ReplayId {
    private static final int LENGTH = 16;

    private ReplayId() {}

    public static String of(String channel, Optional<Instant> from, Optional<Instant> to, String into) {
        var text = String.join("\n", channel, from.toString(), to.toString(), into);
        return Sha256.hex(text).substring(0, LENGTH);
    }
}

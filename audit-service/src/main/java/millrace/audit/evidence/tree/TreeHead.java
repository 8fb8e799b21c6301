package millrace.audit.evidence.tree;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;

/**
 * The content of a checkpoint, as the text of C2SP's tlog-checkpoint: origin, size and root hash of the log, each on a line, and
 * the time on a line of its own.
 *
 * @param origin name of the log
 * @param size number of its leaves
 * @param at time of the signature; a log without new leaves is signed again every hour
 */
public record TreeHead(String origin, long size, byte[] root, Instant at) {
    private static final int LINES = 4;

    public String text() {
        return "%s\n%d\n%s\n%s\n".formatted(origin, size, Base64.getEncoder().encodeToString(root), at);
    }

    /** @throws IllegalArgumentException if it is not what {@link #text} returns */
    static TreeHead parse(String text) {
        var lines = text.split("\n", -1);
        try {
            var head = new TreeHead(
                    lines[0], Long.parseLong(lines[1]), Base64.getDecoder().decode(lines[2]), Instant.parse(lines[3]));
            if (lines.length == LINES + 1 && head.text().equals(text)) {
                return head;
            }
        } catch (DateTimeException | ArrayIndexOutOfBoundsException e) {
            throw new IllegalArgumentException("is no checkpoint", e);
        }
        throw new IllegalArgumentException("is no checkpoint");
    }
}

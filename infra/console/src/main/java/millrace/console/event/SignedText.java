package millrace.console.event;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/**
 * Size and time in the text of a checkpoint, whose signature it does not check.
 *
 * @param size of the log
 * @param at time of the signature
 */
record SignedText(long size, Instant at) {
    private static final int SIZE = 1;
    private static final int TIME = 3;

    /** Reads a signed note whose text is origin, size, root hash and time, a line each; empty where it is another. */
    static Optional<SignedText> parse(String note) {
        var lines = note.split("\n");
        try {
            return lines.length <= TIME
                    ? Optional.empty()
                    : Optional.of(new SignedText(Long.parseLong(lines[SIZE]), Instant.parse(lines[TIME])));
        } catch (NumberFormatException | DateTimeParseException e) {
            return Optional.empty();
        }
    }
}

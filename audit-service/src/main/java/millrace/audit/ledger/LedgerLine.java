package millrace.audit.ledger;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import millrace.events.Counted;

/**
 * The counts of a channel for one minute of its records' timestamps.
 *
 * @param onChannel committed records on the channel; {@code null} if retention has removed some of them
 * @param counted the declared writers, the declared readers, and then the undeclared names
 * @param why a sentence about the state; {@code null} if balanced
 * @param difference surplus records, or, if negative, missing ones; 0 unless unbalanced
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record LedgerLine(
        String channel,
        Instant minute,
        Long onChannel,
        List<CountedBy> counted,
        LineState state,
        String why,
        long difference) {
    /**
     * The counts of a writer or reader.
     *
     * @param declared true if the catalogue declares it for the channel; other names are compared with nothing
     * @param counts numbers of records by disposition
     */
    public record CountedBy(String by, Counted.Role role, boolean declared, Map<String, Long> counts) {
        /** Records that were certainly written, or read. */
        long certain() {
            return counts.values().stream().mapToLong(Long::longValue).sum() - unsure();
        }

        /** Records that were written without an answer: on the channel or not. */
        long unsure() {
            return counts.getOrDefault(Counted.UNSURE, 0L);
        }
    }
}

package millrace.audit.ledger;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;

/**
 * The conservation ledger: a line for each channel and minute with records, by minute and then in the order of the catalogue.
 *
 * @param firstUnbalanced {@code null} if there is none
 * @param notes sentences about counts that are left out
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Ledger(Instant from, Instant to, LedgerLine firstUnbalanced, List<String> notes, List<LedgerLine> lines) {
    static Ledger of(LedgerQuery query, List<String> notes, List<LedgerLine> lines) {
        var first = lines.stream()
                .filter(line -> line.state() == LineState.UNBALANCED)
                .findFirst();
        return new Ledger(query.from(), query.to(), first.orElse(null), notes, lines);
    }
}

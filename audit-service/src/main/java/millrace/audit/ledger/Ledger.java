package millrace.audit.ledger;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;

/**
 * The answer: every line with a record, by minute and then in the catalogue's order.
 *
 * @param firstUnbalanced {@code null} where there is none
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Ledger(Instant from, Instant to, Line firstUnbalanced, List<Line> lines) {
    static Ledger of(Question question, List<Line> lines) {
        var first =
                lines.stream().filter(line -> line.state() == State.UNBALANCED).findFirst();
        return new Ledger(question.from(), question.to(), first.orElse(null), lines);
    }
}

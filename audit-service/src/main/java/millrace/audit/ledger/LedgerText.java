package millrace.audit.ledger;

import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The ledger as a table for a terminal, no wider than 100 columns, and what there is to say about it. */
public final class LedgerText {
    private static final String ROW = "%-16s %-11s %8s %6s %8s %8s %8s %5s %5s %5s %s%n";
    private static final DateTimeFormatter MINUTE =
            DateTimeFormatter.ofPattern("MM-dd HH:mm").withZone(ZoneOffset.UTC);

    private LedgerText() {}

    /** Ends with the first line that does not balance, or with how many do. */
    public static String of(Ledger ledger) {
        var head = ROW.formatted(
                "channel",
                "minute UTC",
                "edge",
                "office",
                "channel",
                "archived",
                "counted",
                "late",
                "twice",
                "dead",
                "");
        return head
                + ledger.lines().stream().map(LedgerText::row).collect(Collectors.joining())
                + notes(ledger)
                + summary(ledger);
    }

    private static String row(Line line) {
        return ROW.formatted(
                line.channel(),
                MINUTE.format(line.minute()),
                edge(line),
                text(line.backOffice()),
                text(line.onChannel()),
                text(line.archived()),
                text(line.counted()),
                text(line.late()),
                text(line.repeated()),
                text(line.dead()),
                line.state().text());
    }

    /** What was never answered stands beside what was acknowledged. */
    private static String edge(Line line) {
        var sure = text(line.edge());
        return line.unsure() == null || line.unsure() == 0 ? sure : sure + "+" + line.unsure() + "?";
    }

    private static String text(Long number) {
        return number == null ? "-" : number.toString();
    }

    private static String notes(Ledger ledger) {
        return ledger.lines().stream()
                .filter(line -> line.state() == State.UNKNOWN)
                .map(line -> sentence("Not known: ", line))
                .collect(Collectors.joining());
    }

    private static String summary(Ledger ledger) {
        if (ledger.firstUnbalanced() != null) {
            return sentence("The first line that does not balance: ", ledger.firstUnbalanced());
        }
        var counts = Stream.of(State.BALANCED, State.OPEN, State.UNKNOWN)
                .map(state -> count(ledger, state) + " " + state.text())
                .collect(Collectors.joining(", "));
        return "From %s to %s: %s.%n".formatted(ledger.from(), ledger.to(), counts);
    }

    private static long count(Ledger ledger, State state) {
        return ledger.lines().stream().filter(line -> line.state() == state).count();
    }

    private static String sentence(String start, Line line) {
        return "%s%s %s: %s.%n".formatted(start, line.channel(), line.minute(), line.why());
    }
}

package millrace.audit.ledger;

import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Formats the ledger as a table of at most 100 columns, with a summary. */
public final class LedgerText {
    private static final String ROW = "%-16s %-11s %8s %6s %8s %8s %8s %5s %5s %5s %s%n";
    private static final DateTimeFormatter MINUTE =
            DateTimeFormatter.ofPattern("MM-dd HH:mm").withZone(ZoneOffset.UTC);

    private LedgerText() {}

    /** The summary is the first line that does not balance, or the number of lines by state. */
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

    private static String row(LedgerLine line) {
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

    /** Acknowledged records, and after them those without an answer: {@code 12+1?}. */
    private static String edge(LedgerLine line) {
        var sure = text(line.edge());
        return line.unsure() == null || line.unsure() == 0 ? sure : sure + "+" + line.unsure() + "?";
    }

    private static String text(Long number) {
        return number == null ? "-" : number.toString();
    }

    private static String notes(Ledger ledger) {
        return ledger.lines().stream()
                .filter(line -> line.state() == LineState.UNKNOWN)
                .map(line -> sentence("Not known: ", line))
                .collect(Collectors.joining());
    }

    private static String summary(Ledger ledger) {
        if (ledger.firstUnbalanced() != null) {
            return sentence("The first line that does not balance: ", ledger.firstUnbalanced());
        }
        var counts = Stream.of(LineState.BALANCED, LineState.OPEN, LineState.UNKNOWN)
                .map(state -> count(ledger, state) + " " + state.text())
                .collect(Collectors.joining(", "));
        return "From %s to %s: %s.%n".formatted(ledger.from(), ledger.to(), counts);
    }

    private static long count(Ledger ledger, LineState state) {
        return ledger.lines().stream().filter(line -> line.state() == state).count();
    }

    private static String sentence(String start, LedgerLine line) {
        return "%s%s %s: %s.%n".formatted(start, line.channel(), line.minute(), line.why());
    }
}

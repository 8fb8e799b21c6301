package millrace.audit.ledger;

import static java.util.stream.Collectors.joining;

import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import millrace.audit.ledger.LedgerLine.CountedBy;
import millrace.events.Counted;
import millrace.events.Counted.Role;

/** Formats the ledger as a table of at most 100 columns, with a summary. */
public final class LedgerText {
    private static final String ROW = "%-16s %-11s %9s %-10s ";
    private static final int WIDTH = 100;
    private static final int LONGEST_NAME = 32;
    private static final DateTimeFormatter MINUTE =
            DateTimeFormatter.ofPattern("MM-dd HH:mm").withZone(ZoneOffset.UTC);
    /** Dispositions that need no mention: each reader has one of them for most records. */
    private static final Set<String> USUAL = Set.of(Counted.APPLIED, Counted.ARCHIVED);

    private LedgerText() {}

    /** The summary is the first line that does not balance, or the number of lines by state. */
    public static String of(Ledger ledger) {
        var head = ROW.formatted("channel", "minute UTC", "records", "state").stripTrailing() + "%n".formatted();
        return head
                + ledger.lines().stream().map(LedgerText::rows).collect(joining())
                + notes(ledger)
                + summary(ledger);
    }

    private static String rows(LedgerLine line) {
        var start = ROW.formatted(
                line.channel(),
                MINUTE.format(line.minute()),
                line.onChannel() == null ? "-" : line.onChannel(),
                line.state().text());
        var text = new StringBuilder();
        for (var words : words(line)) {
            text.append(start).append(words).append("%n".formatted());
            start = " ".repeat(start.length());
        }
        return text.toString();
    }

    /** Writers, readers and undeclared names, each from a row of its own on. */
    private static List<String> words(LedgerLine line) {
        var rows = new ArrayList<String>();
        add(rows, "wrote", line, by -> by.declared() && by.role() == Role.WROTE, LedgerText::writer);
        add(rows, "read", line, by -> by.declared() && by.role() == Role.READ, LedgerText::reader);
        add(rows, "undeclared", line, by -> !by.declared(), LedgerText::undeclared);
        return rows.isEmpty() ? List.of("") : rows;
    }

    private static void add(
            List<String> rows,
            String title,
            LedgerLine line,
            Predicate<CountedBy> which,
            Function<CountedBy, String> format) {
        var words = line.counted().stream().filter(which).map(format).toList();
        if (words.isEmpty()) {
            return;
        }
        var width = WIDTH - ROW.formatted("", "", "", "").length();
        var row = new StringBuilder(title).append(':');
        for (var word : String.join(", ", words).split(" ")) {
            if (row.length() + 1 + word.length() > width) {
                rows.add(row.toString());
                row = new StringBuilder(" ");
            }
            row.append(' ').append(word);
        }
        rows.add(row.toString());
    }

    /** Certain records, and after them those without an answer: {@code web 12+1?}. */
    private static String writer(CountedBy by) {
        return name(by) + " " + by.certain() + (by.unsure() == 0 ? "" : "+" + by.unsure() + "?");
    }

    /** All records, and those of them with an unusual disposition: {@code orders 13 (1 late)}. */
    private static String reader(CountedBy by) {
        var unusual = by.counts().entrySet().stream()
                .filter(count -> count.getValue() > 0 && !USUAL.contains(count.getKey()))
                .map(count -> count.getValue() + " " + count.getKey())
                .collect(joining(", "));
        return name(by) + " " + by.certain() + (unusual.isEmpty() ? "" : " (" + unusual + ")");
    }

    private static String undeclared(CountedBy by) {
        return by.role() == Role.WROTE ? writer(by) + " written" : reader(by) + " read";
    }

    private static String name(CountedBy by) {
        return by.by().length() <= LONGEST_NAME ? by.by() : by.by().substring(0, LONGEST_NAME - 1) + "…";
    }

    private static String notes(Ledger ledger) {
        return Stream.concat(
                        ledger.lines().stream()
                                .filter(line -> line.state() == LineState.UNKNOWN)
                                .map(line -> sentence("Not known: ", line)),
                        ledger.notes().stream().map(note -> note + "%n".formatted()))
                .collect(joining());
    }

    private static String summary(Ledger ledger) {
        if (ledger.firstUnbalanced() != null) {
            return sentence("The first line that does not balance: ", ledger.firstUnbalanced());
        }
        var counts = Stream.of(LineState.BALANCED, LineState.OPEN, LineState.UNKNOWN)
                .map(state -> count(ledger, state) + " " + state.text())
                .collect(joining(", "));
        return "From %s to %s: %s.%n".formatted(ledger.from(), ledger.to(), counts);
    }

    private static long count(Ledger ledger, LineState state) {
        return ledger.lines().stream().filter(line -> line.state() == state).count();
    }

    private static String sentence(String start, LedgerLine line) {
        return "%s%s %s: %s.%n".formatted(start, line.channel(), line.minute(), line.why());
    }
}

package millrace.console.event;

import java.io.PrintWriter;
import java.time.Duration;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import millrace.console.call.Access;
import millrace.console.call.ConsoleException;
import millrace.console.view.Deployment;
import millrace.events.TerminalText;

/** Prints the way of one event as a table, for {@code bin/trace}. */
public final class EventReport {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss.SSS").withZone(ZoneId.systemDefault());

    private EventReport() {}

    /**
     * Finds an event, follows it and prints what is known in the end.
     *
     * @param name order, trace, visitor or record
     * @param since how far back orders and visitors are searched on the channels
     * @param within how long it waits for steps that have not happened
     * @throws ConsoleException where there is no such event
     */
    public static void print(
            Deployment deployment, Access access, String name, Duration since, Duration within, PrintWriter out)
            throws InterruptedException {
        try (var follower = new EventFollower(deployment, access, since)) {
            follower.find(EventName.parse(name));
            follower.await(within);
            var trace = follower.trace();
            if (trace.event() == null) {
                throw follower.failure()
                        .orElseGet(() ->
                                ConsoleException.notFound("It was not found within " + within.toSeconds() + " s."));
            }
            print(out, trace, follower);
        }
    }

    private static void print(PrintWriter out, EventTrace trace, EventFollower follower) {
        var event = trace.event();
        out.println(TerminalText.line("%s %s of the source %s".formatted(event.type(), event.id(), event.source())));
        if (event.traceId() != null) {
            out.printf("trace %s%n", event.traceId());
        }
        out.println();
        out.print(table(trace));
        follower.notes().stream().map(TerminalText::line).forEach(out::println);
        var others = follower.others().stream()
                .filter(other -> !other.name().equals(event.place()))
                .toList();
        if (!others.isEmpty()) {
            out.println();
            out.println("Other events there:");
            others.forEach(other -> out.printf(
                    "  %s  %s  %s%n", TIME.format(other.at()), TerminalText.line(other.type()), other.name()));
        }
        out.flush();
    }

    /** A row for each step, each column as wide as its widest cell. */
    static String table(EventTrace trace) {
        var rows = new ArrayList<List<String>>();
        rows.add(List.of("step", "by", "when", "waited", "worked", "both", "where"));
        trace.steps()
                .forEach(step -> rows.add(Stream.of(
                                step.name(),
                                step.by(),
                                when(step),
                                length(step, EventTrace.Kind.WAITING),
                                length(step, EventTrace.Kind.WORKING),
                                length(step, EventTrace.Kind.BOTH),
                                step.where().isEmpty() ? step.evidence() : step.where())
                        .map(TerminalText::line) // Sources, pages and reasons are texts of senders.
                        .toList()));
        var text = new StringBuilder();
        for (var row : rows) {
            var line = new StringBuilder();
            for (var column = 0; column < row.size(); column++) {
                var cell = column;
                var width = rows.stream()
                        .mapToInt(one -> one.get(cell).length())
                        .max()
                        .orElse(0);
                line.append(row.get(column))
                        .append(" ".repeat(width - row.get(column).length() + 2));
            }
            text.append(line.toString().stripTrailing()).append(System.lineSeparator());
        }
        return text.toString();
    }

    private static String when(EventTrace.Step step) {
        return switch (step.state()) {
            case NOT_YET -> "not yet";
            case NEVER -> "does not come";
            case DONE ->
                step.moment() == null
                        ? "done"
                        : before(step.moment().basis())
                                + TIME.format(step.moment().at());
        };
    }

    private static String before(EventTrace.Basis basis) {
        return switch (basis) {
            case AT_THE_LATEST -> "by ";
            case AT_THE_EARLIEST -> "from ";
            case RECORDED, SEEN -> "";
        };
    }

    private static String length(EventTrace.Step step, EventTrace.Kind kind) {
        var spans = step.spans().stream().filter(span -> span.kind() == kind).toList();
        if (spans.isEmpty()) {
            return "";
        }
        var sum = spans.stream().map(EventTrace.Span::length).reduce(Duration.ZERO, Duration::plus);
        return sum.compareTo(Duration.ofSeconds(10)) < 0
                ? sum.toMillis() + " ms"
                : String.format(Locale.ROOT, "%.1f s", sum.toMillis() / 1000.0);
    }
}

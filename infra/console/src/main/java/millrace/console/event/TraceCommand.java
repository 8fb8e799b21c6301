package millrace.console.event;

import java.io.PrintWriter;
import java.time.Duration;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import millrace.console.Deployment;
import millrace.console.http.ConsoleException;
import millrace.local.up.UpCommand;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code bin/trace}: the way of one event, as the console's view shows it. */
@Command(
        name = "bin/trace",
        description = {
            "Shows the way of one event: accepted, partition and offset, outbox, order and state, archived and signed, row of"
                    + " an aggregate. A row for each step says when it happened, and how long it waited and was worked on.",
            "It works on what bin/up runs, or on the platform of the environment: KAFKA_URL and so on, ORDERS_URL,"
                    + " ANALYTICS_URL, AUDIT_URL and READER_KEY, an API key of the role reader."
        },
        footer = {
            "",
            "Times are of the clocks of the machines that wrote them. A moment that was not recorded is only known of an event"
                    + " that was followed while it happened."
        },
        mixinStandardHelpOptions = true)
public final class TraceCommand implements Callable<Integer> {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss.SSS").withZone(ZoneId.systemDefault());

    @Parameters(
            paramLabel = "ID",
            description =
                    "Order (SOURCE/NUMBER), trace (32 digits, or a traceparent), visitor (the last click), or record"
                            + " (clicks/PARTITION/OFFSET). order: or visitor: before it says which.")
    private String id;

    @Option(
            names = "--since",
            paramLabel = "DURATION",
            defaultValue = "1h",
            converter = Span.class,
            description = "How far back orders and visitors are searched on the channels. Default: ${DEFAULT-VALUE}.")
    private Duration since;

    @Option(
            names = "--within",
            paramLabel = "DURATION",
            defaultValue = "PT15S",
            description =
                    "How long it waits for steps that have not happened, PT1M at most. Default: ${DEFAULT-VALUE}.")
    private Duration within;

    @Spec
    private CommandSpec spec;

    /** Reads a whole number of seconds, minutes or hours: 30s, 5m, 1h. */
    static final class Span implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String text) {
            if (!text.matches("[0-9]{1,6}[smh]")) {
                throw new TypeConversionException("\"" + text + "\" is no duration such as 30s, 5m or 1h");
            }
            return Duration.parse("PT" + text);
        }
    }

    public static void main(String[] arguments) {
        System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "error");
        System.exit(UpCommand.commandLine(new TraceCommand()).execute(arguments));
    }

    @Override
    public Integer call() throws InterruptedException {
        var out = spec.commandLine().getOut();
        var err = spec.commandLine().getErr();
        try (var deployment = Deployment.ofCommand(System.getenv());
                var follower = new EventFollower(deployment, deployment.access(), since)) {
            follower.find(EventName.parse(id));
            follower.await(within);
            var trace = follower.trace();
            if (trace.event() == null) {
                err.println(follower.failure()
                        .map(Throwable::getMessage)
                        .orElse("It was not found within " + within + "."));
                return 1;
            }
            print(out, trace, follower);
            return trace.isComplete() ? 0 : 3;
        } catch (IllegalArgumentException | ConsoleException e) {
            err.println(e.getMessage());
            return 1;
        }
    }

    private static void print(PrintWriter out, EventTrace trace, EventFollower follower) {
        var event = trace.event();
        out.printf("%s %s of the source %s%n", event.type(), event.id(), event.source());
        if (event.traceId() != null) {
            out.printf("trace %s%n", event.traceId());
        }
        out.println();
        out.print(table(trace));
        follower.notes().forEach(out::println);
        var others = follower.others().stream()
                .filter(other -> !other.name().equals(event.place()))
                .toList();
        if (!others.isEmpty()) {
            out.println();
            out.println("Other events there:");
            others.forEach(other -> out.printf("  %s  %s  %s%n", TIME.format(other.at()), other.type(), other.name()));
        }
        out.flush();
    }

    /** A row for each step, each column as wide as its widest cell. */
    static String table(EventTrace trace) {
        var rows = new ArrayList<List<String>>();
        rows.add(List.of("step", "by", "when", "waited", "worked", "both", "where"));
        trace.steps()
                .forEach(step -> rows.add(List.of(
                        step.name(),
                        step.by(),
                        when(step),
                        length(step, EventTrace.Kind.WAITING),
                        length(step, EventTrace.Kind.WORKING),
                        length(step, EventTrace.Kind.BOTH),
                        step.where().isEmpty() ? step.evidence() : step.where())));
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

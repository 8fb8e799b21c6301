package millrace.console;

import java.time.Duration;
import java.util.concurrent.Callable;
import millrace.console.call.Access;
import millrace.console.call.ConsoleException;
import millrace.console.event.EventReport;
import millrace.console.view.Deployment;
import millrace.events.TerminalText;
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
            defaultValue = "15s",
            converter = Span.class,
            description = "How long it waits for steps that have not happened, 1m at most. Default: ${DEFAULT-VALUE}.")
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
        try {
            var settings = ConsoleSettings.ofCommand(System.getenv());
            var out = spec.commandLine().getOut();
            try (var deployment =
                    new Deployment(settings.urls(), settings.home(), settings.kafka(), settings.prefix())) {
                var access = settings.access().orElse(Access.NONE);
                EventReport.print(deployment, access, id, since, within, out);
                return 0;
            }
        } catch (IllegalArgumentException | ConsoleException e) {
            spec.commandLine().getErr().println(TerminalText.lines(e.getMessage()));
            return 1;
        }
    }
}

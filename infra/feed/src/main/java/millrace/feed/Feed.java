package millrace.feed;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.TypeConversionException;

/** Traffic for the edge, sent as any client would send it. */
@Command(
        name = "bin/feed",
        subcommands = {AccessLogFeed.class, RetailFeed.class, ShoppersFeed.class},
        description =
                "Sends page views, orders and refunds to the edge, and says what became of them. Events have the same"
                        + " ids whenever they are sent: what is fed twice counts once.")
final class Feed {
    @Option(names = "--help", usageHelp = true, scope = ScopeType.INHERIT, description = "Shows this.")
    private boolean help;

    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        return new CommandLine(new Feed())
                .registerConverter(DateOrder.class, Feed::dateOrder)
                .registerConverter(ZoneId.class, Feed::zone)
                .registerConverter(Duration.class, Feed::duration)
                .setExecutionExceptionHandler(Feed::stop);
    }

    /** What stops a feed is one sentence; anything else is a fault of this program and keeps its stack trace. */
    private static int stop(Exception cause, CommandLine command, CommandLine.ParseResult arguments) throws Exception {
        if (cause instanceof FeedException) {
            command.getErr().println(cause.getMessage());
            return command.getCommandSpec().exitCodeOnExecutionException();
        }
        throw cause;
    }

    /** As people write it, {@code 30s} or {@code 1h30m}. */
    private static Duration duration(String text) {
        try {
            return Duration.parse("PT" + text);
        } catch (DateTimeParseException e) {
            throw new TypeConversionException("'" + text + "' is no time such as 30s, 2m or 1h30m");
        }
    }

    private static DateOrder dateOrder(String text) {
        return switch (text) {
            case "day-first" -> DateOrder.DAY_FIRST;
            case "month-first" -> DateOrder.MONTH_FIRST;
            default -> throw new TypeConversionException("'" + text + "' is neither day-first nor month-first");
        };
    }

    private static ZoneId zone(String text) {
        try {
            return ZoneId.of(text);
        } catch (DateTimeException e) {
            throw new TypeConversionException("'" + text + "' is no zone such as Europe/London, UTC or +01:00");
        }
    }
}

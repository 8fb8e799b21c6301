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

/** The command {@code bin/feed}: sends traffic to the edge over its public HTTP API. */
@Command(
        name = "bin/feed",
        subcommands = {AccessLogFeed.class, RetailFeed.class, ShoppersFeed.class},
        description =
                "Sends page views, orders and refunds to the edge and reports the results. Events have the same ids at"
                        + " every run: an event that is sent twice counts once.")
final class Feed {
    @Option(names = "--help", usageHelp = true, scope = ScopeType.INHERIT, description = "Shows this help.")
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

    /**
     * Prints the message of a {@link FeedException}. Other exceptions are defects of this program and keep their stack
     * trace.
     */
    private static int stop(Exception cause, CommandLine command, CommandLine.ParseResult arguments) throws Exception {
        if (cause instanceof FeedException) {
            command.getErr().println(cause.getMessage());
            return command.getCommandSpec().exitCodeOnExecutionException();
        }
        throw cause;
    }

    /** Parses a duration such as {@code 30s} or {@code 1h30m}. */
    private static Duration duration(String text) {
        try {
            return Duration.parse("PT" + text);
        } catch (DateTimeParseException e) {
            throw new TypeConversionException("'" + text + "' is not a duration such as 30s, 2m or 1h30m");
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
            throw new TypeConversionException("'" + text + "' is not a zone such as Europe/London, UTC or +01:00");
        }
    }
}

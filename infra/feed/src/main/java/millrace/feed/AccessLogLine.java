package millrace.feed;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.format.ResolverStyle;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * One line of a web server's log in combined format. Quoted texts stay as the server escaped them.
 *
 * @param request as the client sent it, for example {@code "GET /cart?id=1 HTTP/1.1"}; {@code "-"} where it sent none
 */
record AccessLogLine(String address, Instant time, String request, int status, String referrer, String userAgent) {
    private static final String QUOTED = "\"([^\"\\\\]*+(?:\\\\.[^\"\\\\]*+)*+)\"";
    private static final Pattern COMBINED = Pattern.compile(
            "(\\S+) \\S+ .+? \\[([^\\]]+)\\] " + QUOTED + " (\\d{3}) (?:\\d+|-) " + QUOTED + " " + QUOTED + "(?: .*)?");
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("dd/MMM/uuuu:HH:mm:ss Z", Locale.ROOT).withResolverStyle(ResolverStyle.STRICT);

    /** Empty where the line is not in combined format. */
    static Optional<AccessLogLine> parse(String line) {
        var fields = COMBINED.matcher(line);
        if (!fields.matches()) {
            return Optional.empty();
        }
        try {
            var time = OffsetDateTime.parse(fields.group(2), TIME).toInstant();
            var status = Integer.parseInt(fields.group(4));
            return Optional.of(new AccessLogLine(
                    fields.group(1), time, fields.group(3), status, fields.group(5), fields.group(6)));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    /** A page was shown: fetched, or found unchanged since the last time. */
    boolean isPageView() {
        return request.startsWith("GET ") && (status == 200 || status == 304);
    }

    /** The path as it stands, without query and fragment. */
    String path() {
        return request.split(" ", 3)[1].split("[?#]", 2)[0];
    }

    /** Who it was, as far as a log can tell; the address itself does not leave this machine. */
    String visitor() {
        return Ids.of(address, userAgent);
    }
}

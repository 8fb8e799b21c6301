package millrace.analytics.query;

import jakarta.ws.rs.QueryParam;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import millrace.access.Problem;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;

/** Span of event time of a query: {@code from} inclusive, {@code to} exclusive, both optional. */
public class TimeSpan {
    @Parameter(description = "ISO 8601 instant, inclusive", example = "2015-05-17T10:00:00Z")
    @QueryParam("from")
    String from;

    @Parameter(description = "ISO 8601 instant, exclusive", example = "2015-05-18T00:00:00Z")
    @QueryParam("to")
    String to;

    /** Returns {@code from}, or the start of the first window if it was not given. */
    public Instant start(Instant first) {
        return from == null ? first : from();
    }

    /** Returns {@code to}, or the end of the last window if it was not given. */
    public Instant end(Instant last) {
        return to == null ? last : to();
    }

    /** Returns true if the key starts with an instant of the span; the rest of the key after a bar is ignored. */
    boolean holds(String key) {
        var bar = key.indexOf('|');
        return holds(Instant.parse(bar < 0 ? key : key.substring(0, bar)));
    }

    public boolean holds(Instant start) {
        return (from == null || !start.isBefore(from())) && (to == null || start.isBefore(to()));
    }

    /** Returns a range of keys that covers the span; {@link #holds} decides at its ends. */
    KeyRange range() {
        if (from != null && to != null && !from().isBefore(to())) {
            throw Problem.badRequest("from must be before to, but " + from + " is not before " + to);
        }
        return new KeyRange(from == null ? null : second(from()), to == null ? null : second(to()) + '~');
    }

    /** Returns the text that begins every instant of that second, and sorts before each of them. */
    private static String second(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS).toString().replace("Z", "");
    }

    private Instant from() {
        return instant("from", from);
    }

    private Instant to() {
        return instant("to", to);
    }

    private static Instant instant(String name, String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException e) {
            throw Problem.badRequest(name + " must be an ISO 8601 instant like 2015-05-17T10:00:00Z, not " + text);
        }
    }
}

package millrace.analytics.query;

import jakarta.ws.rs.QueryParam;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;

/** The span of event time that is asked for: {@code from} inclusive, {@code to} exclusive, either may be left out. */
public class Span {
    @Parameter(description = "ISO 8601 instant, inclusive", example = "2015-05-17T10:00:00Z")
    @QueryParam("from")
    String from;

    @Parameter(description = "ISO 8601 instant, exclusive", example = "2015-05-18T00:00:00Z")
    @QueryParam("to")
    String to;

    /** Start of the whole span, where it was given, else of the first window in it. */
    public Instant start(Instant first) {
        return from == null ? first : from();
    }

    /** End of the whole span, where it was given, else of the last window in it. */
    public Instant end(Instant last) {
        return to == null ? last : to();
    }

    /** Whether a key starts with an instant of the span; what follows it after a bar does not matter. */
    boolean holds(String key) {
        var bar = key.indexOf('|');
        return holds(Instant.parse(bar < 0 ? key : key.substring(0, bar)));
    }

    public boolean holds(Instant start) {
        return (from == null || !start.isBefore(from())) && (to == null || start.isBefore(to()));
    }

    /** Keys that may be in the span; the ends are for {@link #holds} to decide. */
    Range range() {
        if (from != null && to != null && !from().isBefore(to())) {
            throw Problem.badRequest("from must be before to, but " + from + " is not before " + to);
        }
        return new Range(from == null ? null : second(from()), to == null ? null : second(to()) + '~');
    }

    /** Text that starts every instant of that second, and sorts before each of them. */
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

package millrace.audit.question;

import jakarta.ws.rs.QueryParam;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import millrace.access.Problem;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;

/** Query parameters for a range of record timestamps; both ends are optional. */
public class TimeRangeParameters {
    @Parameter(description = "ISO 8601 instant, inclusive", example = "2024-05-01T12:00:00Z")
    @QueryParam("from")
    String from;

    @Parameter(description = "ISO 8601 instant, exclusive", example = "2024-05-02T00:00:00Z")
    @QueryParam("to")
    String to;

    long fromMs() {
        return from == null ? Long.MIN_VALUE : instant("from", from).toEpochMilli();
    }

    long toMs() {
        var end = to == null ? Long.MAX_VALUE : instant("to", to).toEpochMilli();
        if (end <= fromMs()) {
            throw Problem.badRequest("from must be before to, but " + from + " is not before " + to + ".");
        }
        return end;
    }

    void addTo(Map<String, String> parameters) {
        AuditedParameters.put(parameters, "from", from);
        AuditedParameters.put(parameters, "to", to);
    }

    /** Parses ISO 8601. @throws jakarta.ws.rs.BadRequestException also if the milliseconds do not fit a long */
    static Instant instant(String name, String text) {
        try {
            var instant = Instant.parse(text);
            instant.toEpochMilli();
            return instant;
        } catch (DateTimeException | ArithmeticException e) {
            throw Problem.badRequest(
                    name + " must be an ISO 8601 instant like 2024-05-01T12:00:00Z, not " + text + ".");
        }
    }
}

package millrace.audit.question;

import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.UriInfo;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import millrace.access.Problem;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;

/** Query parameters for a range of record timestamps, page size and format. JSON Lines without a limit returns all records. */
public class PageParameters {
    static final String LINES = "application/x-ndjson";

    private static final int MOST = 10_000;
    private static final int LONGEST = 200;
    private static final int USUAL = 100;
    private static final MediaType LINES_TYPE = MediaType.valueOf(LINES);

    @Parameter(description = "ISO 8601 instant, inclusive", example = "2024-05-01T12:00:00Z")
    @QueryParam("from")
    String from;

    @Parameter(description = "ISO 8601 instant, exclusive", example = "2024-05-02T00:00:00Z")
    @QueryParam("to")
    String to;

    @Parameter(
            description =
                    "Largest number of records, 1 to 10000. Default: 100, and all for JSON Lines. The header Link with"
                            + " rel=next leads to the next page.")
    @QueryParam("limit")
    String limit;

    @Parameter(description = "Cursor from the header Link of the previous page")
    @QueryParam("after")
    String after;

    @Parameter(description = "jsonl has the effect of the header Accept: application/x-ndjson")
    @QueryParam("format")
    String format;

    @Context
    UriInfo request;

    @Context
    HttpHeaders headers;

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

    long limit() {
        if (limit == null) {
            return lines() ? Integer.MAX_VALUE : USUAL;
        }
        var number = limit.matches("[0-9]{1,9}") ? Integer.parseInt(limit) : 0;
        if (number < 1 || number > MOST) {
            throw Problem.badRequest("limit must be a number from 1 to " + MOST + ", not " + limit + ".");
        }
        return number;
    }

    PageCursor after() {
        return after == null ? PageCursor.START : PageCursor.parse(after);
    }

    /** True if the answer is JSON Lines. */
    boolean lines() {
        if (format != null && !format.equals("jsonl") && !format.equals("json")) {
            throw Problem.badRequest("format must be json or jsonl, not " + format + ".");
        }
        return format == null
                ? headers.getAcceptableMediaTypes().stream().anyMatch(PageParameters::isLines)
                : format.equals("jsonl");
    }

    /** Value of a header {@code Link} (RFC 8288); relative, because only the client knows the host name it uses. */
    String linkTo(PageCursor last) {
        var next = request.getRequestUriBuilder()
                .replaceQueryParam("after", "{after}")
                .build(last.text());
        return "<%s?%s>; rel=\"next\"".formatted(next.getRawPath(), next.getRawQuery());
    }

    /** The parameters that were given, as the event of the query has them: none longer than any valid value. */
    Map<String, String> given() {
        var given = new TreeMap<String, String>();
        given.put("from", from);
        given.put("to", to);
        given.put("limit", limit);
        given.put("after", after);
        given.put("format", lines() ? "jsonl" : "json");
        given.values().removeIf(Objects::isNull);
        given.replaceAll((name, value) -> value.length() > LONGEST ? value.substring(0, LONGEST) : value);
        return given;
    }

    private static boolean isLines(MediaType type) {
        return type.getType().equals(LINES_TYPE.getType()) && type.getSubtype().equals(LINES_TYPE.getSubtype());
    }
}

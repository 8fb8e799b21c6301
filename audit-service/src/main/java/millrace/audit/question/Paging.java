package millrace.audit.question;

import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.UriInfo;
import java.util.Map;
import millrace.audit.Problem;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;

/** How much is asked for, and how it is written. JSON Lines without a limit is everything. */
public class Paging {
    static final String LINES = "application/x-ndjson";

    private static final int MOST = 10_000;
    private static final int USUAL = 100;
    private static final MediaType LINES_TYPE = MediaType.valueOf(LINES);

    @Parameter(
            description =
                    "How many records at most, 1 to 10000, and 100 unless told; there is a header Link with rel=next"
                            + " where there are more. JSON Lines has all of them unless told.")
    @QueryParam("limit")
    String limit;

    @Parameter(description = "As the header Link of the answer before says it")
    @QueryParam("after")
    String after;

    @Parameter(description = "jsonl for what the header Accept: application/x-ndjson asks for")
    @QueryParam("format")
    String format;

    @Context
    UriInfo question;

    @Context
    HttpHeaders headers;

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

    Place after() {
        return after == null ? Place.START : Place.parse(after);
    }

    /** Whether the answer is JSON Lines. */
    boolean lines() {
        if (format != null && !format.equals("jsonl") && !format.equals("json")) {
            throw Problem.badRequest("format must be json or jsonl, not " + format + ".");
        }
        return format == null
                ? headers.getAcceptableMediaTypes().stream().anyMatch(Paging::isLines)
                : format.equals("jsonl");
    }

    /** RFC 8288; relative, because only the client knows the name by which it reaches us. */
    String linkTo(Place last) {
        var next = question.getRequestUriBuilder()
                .replaceQueryParam("after", "{after}")
                .build(last.text());
        return "<%s?%s>; rel=\"next\"".formatted(next.getRawPath(), next.getRawQuery());
    }

    void addTo(Map<String, String> parameters) {
        Params.put(parameters, "limit", limit);
        Params.put(parameters, "after", after);
        Params.put(parameters, "format", lines() ? "jsonl" : "json");
    }

    private static boolean isLines(MediaType type) {
        return type.getType().equals(LINES_TYPE.getType()) && type.getSubtype().equals(LINES_TYPE.getSubtype());
    }
}

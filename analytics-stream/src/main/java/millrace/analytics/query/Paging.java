package millrace.analytics.query;

import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.UriInfo;
import millrace.access.Problem;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;

/** Paging parameters of a query. If there are more rows, the header {@code Link} has the request for the next page. */
public class Paging {
    static final int MAX_LIMIT = 10_000;

    private static final int DEFAULT_LIMIT = 1_000;

    @Parameter(
            description =
                    "How many rows at most, 1 to 10000; there is a header Link with rel=next where there are more")
    @QueryParam("limit")
    String limit;

    @Parameter(description = "As in the header Link of the previous answer")
    @QueryParam("after")
    String after;

    @Parameter(description = "csv has the effect of the header Accept: text/csv")
    @QueryParam(CsvFormatParameter.PARAMETER)
    String format;

    @Context
    UriInfo request;

    /** Returns a page for the rows of the answer, of a thousand rows unless a limit was given. */
    public <V> ResultPage<V> page() {
        return page(DEFAULT_LIMIT);
    }

    public <V> ResultPage<V> page(int defaultLimit) {
        return new ResultPage<>(limit == null ? defaultLimit : limit(), after == null ? "" : after, request);
    }

    private int limit() {
        var number = limit.matches("[0-9]{1,9}") ? Integer.parseInt(limit) : 0;
        if (number < 1 || number > MAX_LIMIT) {
            throw Problem.badRequest("limit must be a number from 1 to " + MAX_LIMIT + ", not " + limit);
        }
        return number;
    }
}

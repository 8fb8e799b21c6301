package millrace.analytics.query;

import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.UriInfo;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;

/** How much of a list is asked for. Where there is more, the header {@code Link} has the question for what follows. */
public class Paging {
    static final int MOST = 10_000;

    private static final int USUAL = 1_000;

    @Parameter(
            description =
                    "How many rows at most, 1 to 10000; there is a header Link with rel=next where there are more")
    @QueryParam("limit")
    String limit;

    @Parameter(description = "As the header Link of the answer before says it")
    @QueryParam("after")
    String after;

    @Parameter(description = "csv for what the header Accept: text/csv asks for")
    @QueryParam(CsvFormat.PARAMETER)
    String format;

    @Context
    UriInfo question;

    /** Takes the rows of the answer; where no limit was asked for, a thousand. */
    public <V> Page<V> page() {
        return page(USUAL);
    }

    public <V> Page<V> page(int usual) {
        return new Page<>(limit == null ? usual : limit(), after == null ? "" : after, question);
    }

    private int limit() {
        var number = limit.matches("[0-9]{1,9}") ? Integer.parseInt(limit) : 0;
        if (number < 1 || number > MOST) {
            throw Problem.badRequest("limit must be a number from 1 to " + MOST + ", not " + limit);
        }
        return number;
    }
}

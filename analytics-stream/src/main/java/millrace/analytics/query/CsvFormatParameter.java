package millrace.analytics.query;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.HttpHeaders;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/** Lets a browser, which cannot choose its headers, ask for CSV. */
class CsvFormat {
    static final String PARAMETER = "format";

    @ServerRequestFilter(preMatching = true)
    void choose(ContainerRequestContext question) {
        var format = question.getUriInfo().getQueryParameters().getFirst(PARAMETER);
        if ("csv".equals(format)) {
            question.getHeaders().putSingle(HttpHeaders.ACCEPT, CsvWriter.TYPE);
        } else if (format != null && !"json".equals(format)) {
            throw Problem.badRequest("format must be csv or json, not " + format);
        }
    }
}

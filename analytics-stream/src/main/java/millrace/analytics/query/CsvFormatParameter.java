package millrace.analytics.query;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.HttpHeaders;
import millrace.access.Problem;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/** Lets a client that cannot set headers, such as a browser, ask for CSV by the parameter {@code format}. */
class CsvFormatParameter {
    static final String PARAMETER = "format";

    @ServerRequestFilter(preMatching = true)
    void choose(ContainerRequestContext request) {
        var format = request.getUriInfo().getQueryParameters().getFirst(PARAMETER);
        if ("csv".equals(format)) {
            request.getHeaders().putSingle(HttpHeaders.ACCEPT, CsvWriter.TYPE);
        } else if (format != null && !"json".equals(format)) {
            throw Problem.badRequest("format must be csv or json, not " + format);
        }
    }
}

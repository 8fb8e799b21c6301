package millrace.analytics.query;

import jakarta.ws.rs.BadRequestException;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.ServiceUnavailableException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Problem details of an error answer (RFC 9457). */
public record AnalyticsProblem(String type, String title, int status, String detail) {
    private static final String TYPE = "application/problem+json";

    /** Seconds after which a client may retry. */
    private static final int RETRY_AFTER = 2;

    /** The request is invalid; {@code detail} says what was expected. */
    public static BadRequestException badRequest(String detail) {
        return new BadRequestException(detail, response(Response.Status.BAD_REQUEST, detail));
    }

    public static NotFoundException notFound(String detail) {
        return new NotFoundException(detail, response(Response.Status.NOT_FOUND, detail));
    }

    /** The query cannot be answered now, and can be retried. */
    public static ServiceUnavailableException unavailable(String detail) {
        var response = Response.fromResponse(response(Response.Status.SERVICE_UNAVAILABLE, detail))
                .header(HttpHeaders.RETRY_AFTER, RETRY_AFTER)
                .build();
        return new ServiceUnavailableException(detail, response);
    }

    /** Turns errors of JAX-RS itself, such as an unknown path, into problem details. */
    static final class Mapper {
        @ServerExceptionMapper
        Response map(WebApplicationException refusal) {
            var response = refusal.getResponse();
            return response.hasEntity() || response.getStatus() < 400
                    ? response
                    : Response.fromResponse(response)
                            .type(TYPE)
                            .entity(problem(response.getStatusInfo(), refusal.getMessage()))
                            .build();
        }
    }

    private static Response response(Response.Status status, String detail) {
        return Response.status(status)
                .type(TYPE)
                .entity(problem(status, detail))
                .build();
    }

    private static AnalyticsProblem problem(Response.StatusType status, String detail) {
        return new AnalyticsProblem("about:blank", status.getReasonPhrase(), status.getStatusCode(), detail);
    }
}

package millrace.analytics.query;

import jakarta.ws.rs.BadRequestException;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.ServiceUnavailableException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** What went wrong, as RFC 9457 writes it. */
public record Problem(String type, String title, int status, String detail) {
    private static final String TYPE = "application/problem+json";

    /** Seconds after which a client may ask again. */
    private static final int RETRY_AFTER = 2;

    /** What was asked makes no sense; the sentence says what was expected. */
    public static BadRequestException badRequest(String detail) {
        return new BadRequestException(detail, response(Response.Status.BAD_REQUEST, detail));
    }

    /** There is no such thing. */
    public static NotFoundException notFound(String detail) {
        return new NotFoundException(detail, response(Response.Status.NOT_FOUND, detail));
    }

    /** What was asked cannot be answered now, and can be later. */
    public static ServiceUnavailableException unavailable(String detail) {
        var response = Response.fromResponse(response(Response.Status.SERVICE_UNAVAILABLE, detail))
                .header(HttpHeaders.RETRY_AFTER, RETRY_AFTER)
                .build();
        return new ServiceUnavailableException(detail, response);
    }

    /** Answers what JAX-RS itself refuses, such as a path that does not exist, in the same form. */
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

    private static Problem problem(Response.StatusType status, String detail) {
        return new Problem("about:blank", status.getReasonPhrase(), status.getStatusCode(), detail);
    }
}

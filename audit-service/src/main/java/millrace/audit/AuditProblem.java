package millrace.audit;

import com.fasterxml.jackson.databind.JsonMappingException.Reference;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import jakarta.ws.rs.BadRequestException;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.ServiceUnavailableException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/**
 * A problem detail of RFC 9457: why a request was refused.
 *
 * @param detail a sentence about this request
 */
public record AuditProblem(String title, int status, String detail) {
    /** Value of the header {@code Retry-After}, in seconds. */
    private static final int RETRY_AFTER = 5;

    /** @param detail says what was expected */
    public static BadRequestException badRequest(String detail) {
        return new BadRequestException(detail);
    }

    public static NotFoundException notFound(String detail) {
        return new NotFoundException(detail);
    }

    /** For a request that can succeed later; the answer has the header {@code Retry-After}. */
    public static ServiceUnavailableException unavailable(String detail, Throwable cause) {
        var response = Response.status(Response.Status.SERVICE_UNAVAILABLE)
                .header(HttpHeaders.RETRY_AFTER, RETRY_AFTER)
                .build();
        return new ServiceUnavailableException(detail, response, cause);
    }

    /** Maps the exceptions of JAX-RS to problem details: their message is the detail, their headers stay. */
    static final class Mapper {
        @ServerExceptionMapper
        Response map(WebApplicationException refusal) {
            var response = refusal.getResponse();
            var problem = new AuditProblem(
                    response.getStatusInfo().getReasonPhrase(), response.getStatus(), refusal.getMessage());
            return Response.fromResponse(response)
                    .type("application/problem+json")
                    .entity(problem)
                    .build();
        }

        /** For a JSON body that has another structure than the request type. */
        @ServerExceptionMapper
        Response map(MismatchedInputException unexpected) {
            var path = unexpected.getPath().stream()
                    .map(Reference::getFieldName)
                    .filter(Objects::nonNull)
                    .collect(Collectors.joining("."));
            return map(new BadRequestException(
                    (path.isEmpty() ? "The body" : path) + " is not of the type that is expected there."));
        }
    }
}

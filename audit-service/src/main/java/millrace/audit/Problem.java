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
 * Why a request was not granted, as RFC 9457 writes it.
 *
 * @param detail a sentence about this very request
 */
public record Problem(String title, int status, String detail) {
    /** Seconds after which a client may ask again. */
    private static final int RETRY_AFTER = 5;

    /** What was asked makes no sense; the sentence says what was expected. */
    public static BadRequestException badRequest(String detail) {
        return new BadRequestException(detail);
    }

    /** There is no such thing. */
    public static NotFoundException notFound(String detail) {
        return new NotFoundException(detail);
    }

    /** What was asked cannot be answered now, and can be later. */
    public static ServiceUnavailableException unavailable(String detail, Throwable cause) {
        var response = Response.status(Response.Status.SERVICE_UNAVAILABLE)
                .header(HttpHeaders.RETRY_AFTER, RETRY_AFTER)
                .build();
        return new ServiceUnavailableException(detail, response, cause);
    }

    /** Turns the exceptions of JAX-RS into problems; their message is the detail, their headers stay. */
    static final class Mapper {
        @ServerExceptionMapper
        Response map(WebApplicationException refusal) {
            var response = refusal.getResponse();
            var problem =
                    new Problem(response.getStatusInfo().getReasonPhrase(), response.getStatus(), refusal.getMessage());
            return Response.fromResponse(response)
                    .type("application/problem+json")
                    .entity(problem)
                    .build();
        }

        /** A body that is JSON and not of the shape that is expected. */
        @ServerExceptionMapper
        Response map(MismatchedInputException unexpected) {
            var place = unexpected.getPath().stream()
                    .map(Reference::getFieldName)
                    .filter(Objects::nonNull)
                    .collect(Collectors.joining("."));
            return map(new BadRequestException(
                    (place.isEmpty() ? "The body" : place) + " is not of the type that is expected there."));
        }
    }
}

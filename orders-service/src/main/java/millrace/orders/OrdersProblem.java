package millrace.orders;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonMappingException.Reference;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import jakarta.ws.rs.BadRequestException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/**
 * Why a request was not granted, as RFC 9457 writes it.
 *
 * @param detail a sentence about this very request
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record OrdersProblem(String title, int status, String detail) {
    private static final int UNPROCESSABLE = 422;

    /** Turns the exceptions of JAX-RS into problems; their message is the detail, their headers stay. */
    static final class Mapper {
        @ServerExceptionMapper
        Response map(WebApplicationException refusal) {
            return of(refusal);
        }

        /** A body that is JSON and not of the shape that is expected. */
        @ServerExceptionMapper
        Response map(MismatchedInputException unexpected) {
            var place = unexpected.getPath().stream()
                    .map(Reference::getFieldName)
                    .filter(Objects::nonNull)
                    .collect(Collectors.joining("."));
            return of(new BadRequestException(
                    (place.isEmpty() ? "The body" : place) + " is not of the type that is expected there."));
        }
    }

    static Response of(WebApplicationException refusal) {
        var response = refusal.getResponse();
        var problem = new OrdersProblem(title(response), response.getStatus(), refusal.getMessage());
        return Response.fromResponse(response)
                .type("application/problem+json")
                .entity(problem)
                .build();
    }

    /** JAX-RS has no name for 422. */
    private static String title(Response response) {
        return response.getStatus() == UNPROCESSABLE
                ? "Unprocessable Content"
                : response.getStatusInfo().getReasonPhrase();
    }
}

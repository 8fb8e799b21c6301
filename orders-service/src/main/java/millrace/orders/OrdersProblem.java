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
 * An error over HTTP, as in RFC 9457.
 *
 * @param detail a sentence about this very request
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record OrdersProblem(String title, int status, String detail) {
    private static final int UNPROCESSABLE = 422;

    /** Maps exceptions of JAX-RS to problems; the message becomes the detail, and headers stay. */
    static final class Mapper {
        @ServerExceptionMapper
        Response map(WebApplicationException refusal) {
            return of(refusal);
        }

        /** Answers 400 to a JSON body of the wrong shape, and names the field. */
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

    /** Returns the title of a status; JAX-RS has none for 422. */
    private static String title(Response response) {
        return response.getStatus() == UNPROCESSABLE
                ? "Unprocessable Content"
                : response.getStatusInfo().getReasonPhrase();
    }
}

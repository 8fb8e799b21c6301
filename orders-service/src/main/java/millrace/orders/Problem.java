package millrace.orders;

import com.fasterxml.jackson.annotation.JsonInclude;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/**
 * Why a request was not granted, as RFC 9457 writes it.
 *
 * @param detail a sentence about this very request
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Problem(String title, int status, String detail) {
    private static final int UNPROCESSABLE = 422;

    /** Turns the exceptions of JAX-RS into problems; their message is the detail, their headers stay. */
    static final class Mapper {
        @ServerExceptionMapper
        Response map(WebApplicationException refusal) {
            return of(refusal);
        }
    }

    static Response of(WebApplicationException refusal) {
        var response = refusal.getResponse();
        var problem = new Problem(title(response), response.getStatus(), refusal.getMessage());
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

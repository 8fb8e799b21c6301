package millrace.access;

import com.fasterxml.jackson.annotation.JsonInclude;
import jakarta.ws.rs.BadRequestException;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.ServiceUnavailableException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Response.ResponseBuilder;
import jakarta.ws.rs.core.Response.StatusType;

/**
 * A problem detail of RFC 9457: why a request was refused. It is the body of every error response of the services that
 * use this module; {@link ProblemMapper} makes it of exceptions.
 *
 * @param type {@code about:blank}: the status says which kind of problem it is
 * @param title the reason phrase of the status
 * @param detail a sentence about this request
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Problem(String type, String title, int status, String detail) {
    private static final String MEDIA_TYPE = "application/problem+json";

    private static final String NO_TYPE = "about:blank";
    private static final int UNPROCESSABLE = 422;

    /** Value of the header {@code Retry-After}, in seconds. */
    private static final int RETRY_AFTER = 2;

    /** Returns a 400. Its sentence says what was expected. */
    public static BadRequestException badRequest(String detail) {
        return new BadRequestException(detail);
    }

    public static NotFoundException notFound(String detail) {
        return new NotFoundException(detail);
    }

    /** Returns a 503 with the header {@code Retry-After}, for a request that can succeed later. */
    public static ServiceUnavailableException unavailable(String detail) {
        return unavailable(detail, null);
    }

    /** Returns a 503 as {@link #unavailable(String)} does, with the exception that caused it. */
    public static ServiceUnavailableException unavailable(String detail, Throwable cause) {
        var response = Response.status(Response.Status.SERVICE_UNAVAILABLE)
                .header(HttpHeaders.RETRY_AFTER, RETRY_AFTER)
                .build();
        return new ServiceUnavailableException(detail, response, cause);
    }

    /** Returns the response to an exception: its message is the detail, and its headers stay. */
    public static Response response(WebApplicationException exception) {
        var response = exception.getResponse();
        return response.getStatus() < 400
                ? response
                : add(Response.fromResponse(response), response.getStatusInfo(), exception.getMessage())
                        .build();
    }

    /** Begins a response with a problem as its body. */
    static ResponseBuilder response(StatusType status, String detail) {
        return add(Response.status(status), status, detail);
    }

    private static ResponseBuilder add(ResponseBuilder response, StatusType status, String detail) {
        return response.type(MEDIA_TYPE).entity(new Problem(NO_TYPE, title(status), status.getStatusCode(), detail));
    }

    /** Returns the reason phrase of a status; JAX-RS has none for 422. */
    private static String title(StatusType status) {
        return status.getStatusCode() == UNPROCESSABLE ? "Unprocessable Content" : status.getReasonPhrase();
    }
}

package millrace.access;

import com.fasterxml.jackson.databind.JsonMappingException.Reference;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import jakarta.ws.rs.BadRequestException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Answers the exceptions of JAX-RS with a {@link Problem}: their message is its detail, and their headers stay. */
public final class ProblemMapper {
    private ProblemMapper() {}

    @ServerExceptionMapper
    public static Response map(WebApplicationException exception) {
        var response = exception.getResponse();
        if (response.getStatus() < 400) {
            return response;
        }
        return Problem.addTo(Response.fromResponse(response), response.getStatusInfo(), exception.getMessage())
                .build();
    }

    /** Answers 400 to a JSON body that has another structure than the request type, and names the field. */
    @ServerExceptionMapper
    static Response map(MismatchedInputException exception) {
        var field = exception.getPath().stream()
                .map(Reference::getFieldName)
                .filter(Objects::nonNull)
                .collect(Collectors.joining("."));
        return map(new BadRequestException(
                (field.isEmpty() ? "The body" : field) + " is not of the type that is expected there."));
    }
}

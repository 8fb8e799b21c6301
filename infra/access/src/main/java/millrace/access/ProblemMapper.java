package millrace.access;

import com.fasterxml.jackson.databind.JsonMappingException.Reference;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import jakarta.ws.rs.BadRequestException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Answers exceptions of JAX-RS, and of JSON bodies, with a {@link Problem}. */
final class ProblemMapper {
    @ServerExceptionMapper
    Response map(WebApplicationException exception) {
        return Problem.response(exception);
    }

    /** Answers 400 to a JSON body that has another structure than the request type, and names the field. */
    @ServerExceptionMapper
    Response map(MismatchedInputException exception) {
        var field = exception.getPath().stream()
                .map(Reference::getFieldName)
                .filter(Objects::nonNull)
                .collect(Collectors.joining("."));
        return Problem.response(new BadRequestException(
                (field.isEmpty() ? "The body" : field) + " is not of the type that is expected there."));
    }
}

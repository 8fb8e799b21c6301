package millrace.audit;

import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.SecurityContext;
import java.sql.SQLException;
import millrace.access.Problem;
import millrace.access.Roles;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** Erases persons from the archive. */
@Path("/audit/erasures")
@RolesAllowed(Roles.BACK_OFFICE)
public class ErasuresResource {
    private final PersonErasure erasure;

    ErasuresResource(PersonErasure erasure) {
        this.erasure = erasure;
    }

    /** @param subject id of a customer or visitor, as it stands in the records */
    public record Request(String subject) {}

    /**
     * The result of an erasure; a repeated request has the same one.
     *
     * @param subject number of the person in the archive, whose key is destroyed
     * @param records number of records with redacted data of the person, also those that are about others, too
     */
    public record Receipt(long subject, long records) {}

    @POST
    @Operation(summary = "Destroys the key of a person; the archive keeps the records without what is about the person")
    public Receipt erase(Request request, @Context SecurityContext caller) throws SQLException {
        if (request == null || request.subject() == null || request.subject().isBlank()) {
            throw Problem.badRequest("The body must be JSON with a subject, for example {\"subject\": \"c-4711\"}.");
        }
        return erasure.erase(request.subject(), caller.getUserPrincipal().getName())
                .orElseThrow(() -> Problem.notFound("Nothing that is about the subject "
                        + request.subject() + " is in the archive: expected an id that stands in its records,"
                        + " such as a customerId, anonymousId or userId."));
    }
}

package millrace.audit;

import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.SecurityContext;
import java.sql.SQLException;
import millrace.access.Roles;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** Persons that are to be forgotten. */
@Path("/audit/erasures")
@RolesAllowed(Roles.BACK_OFFICE)
public class ErasuresResource {
    private final Forgetting forgetting;

    ErasuresResource(Forgetting forgetting) {
        this.forgetting = forgetting;
    }

    /** @param subject who it is, as the records name the person: a customer's or visitor's id */
    public record Wish(String subject) {}

    /**
     * What was done, however often it is asked for.
     *
     * @param subject number of the person in the archive, under which nothing can be read any more
     * @param records of the person, those included that are about others too, that can be read only without what is about the person
     */
    public record Receipt(long subject, long records) {}

    @POST
    @Operation(summary = "Destroys the key of a person; the archive keeps the records without what is about the person")
    public Receipt erase(Wish wish, @Context SecurityContext caller) {
        if (wish == null || wish.subject() == null || wish.subject().isBlank()) {
            throw Problem.badRequest("The body must be JSON with a subject, for example {\"subject\": \"c-4711\"}.");
        }
        try {
            return forgetting
                    .forget(wish.subject(), caller.getUserPrincipal().getName())
                    .orElseThrow(() -> Problem.notFound("Nothing that is about the subject "
                            + wish.subject() + " is in the archive: expected an id that stands in its records,"
                            + " such as a customerId, anonymousId or userId."));
        } catch (SQLException e) {
            throw Problem.unavailable("The database does not answer.", e);
        }
    }
}

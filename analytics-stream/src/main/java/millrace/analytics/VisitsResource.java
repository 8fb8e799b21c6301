package millrace.analytics;

import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.util.Collection;
import java.util.TreeMap;
import millrace.access.Roles;
import millrace.analytics.visit.FollowVisitors;
import millrace.events.Visit;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** Visits, by the time of their first view. */
@Path("/visits")
@RolesAllowed(Roles.READER)
public class VisitsResource {
    private final Answers answers;

    VisitsResource(Answers answers) {
        this.answers = answers;
    }

    @GET
    @Operation(summary = "Visits that began in the span, earliest first")
    public Collection<Visit> visits(@BeanParam Span span) {
        var rows = new TreeMap<String, Visit>();
        answers.<Visit>rows(FollowVisitors.VISITS, span, rows::put);
        return rows.values();
    }
}

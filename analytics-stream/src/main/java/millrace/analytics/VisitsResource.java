package millrace.analytics;

import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import millrace.access.Roles;
import millrace.analytics.query.CsvWriter;
import millrace.analytics.query.InteractiveQueries;
import millrace.analytics.query.Paging;
import millrace.analytics.query.QueryableStore;
import millrace.analytics.query.TimeSpan;
import millrace.analytics.visit.FollowVisitors;
import millrace.events.Json;
import millrace.events.Visit;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestResponse;

/** Returns visits, ordered by the time of their first view. */
@Path("/visits")
@Produces({MediaType.APPLICATION_JSON, CsvWriter.TYPE})
@RolesAllowed(Roles.READER)
public class VisitsResource {
    static final QueryableStore<Visit> STORE = new QueryableStore<>(FollowVisitors.VISITS, Json.serde(Visit.class));

    private final InteractiveQueries queries;

    VisitsResource(InteractiveQueries queries) {
        this.queries = queries;
    }

    @GET
    @Operation(summary = "Visits that began in the span, earliest first")
    public RestResponse<List<Visit>> visits(@BeanParam TimeSpan span, @BeanParam Paging paging) {
        var page = paging.<Visit>page();
        queries.page(STORE, span, page, (key, visit) -> visit);
        return page.answer();
    }
}

package millrace.analytics;

import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import millrace.access.Roles;
import millrace.analytics.query.Answers;
import millrace.analytics.query.CsvWriter;
import millrace.analytics.query.Paging;
import millrace.analytics.query.Span;
import millrace.analytics.query.Store;
import millrace.analytics.visit.FollowVisitors;
import millrace.events.Json;
import millrace.events.Visit;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestResponse;

/** Visits, by the time of their first view. */
@Path("/visits")
@Produces({MediaType.APPLICATION_JSON, CsvWriter.TYPE})
@RolesAllowed(Roles.READER)
public class VisitsResource {
    static final Store<Visit> STORE = new Store<>(FollowVisitors.VISITS, Json.serde(Visit.class));

    private final Answers answers;

    VisitsResource(Answers answers) {
        this.answers = answers;
    }

    @GET
    @Operation(summary = "Visits that began in the span, earliest first")
    public RestResponse<List<Visit>> visits(@BeanParam Span span, @BeanParam Paging paging) {
        var page = paging.<Visit>page();
        answers.rows(STORE, span, page::add);
        return page.answer();
    }
}

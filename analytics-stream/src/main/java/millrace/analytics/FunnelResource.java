package millrace.analytics;

import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import millrace.access.Roles;
import millrace.analytics.query.CsvWriter;
import millrace.analytics.query.InteractiveQueries;
import millrace.analytics.query.Paging;
import millrace.analytics.query.QueryableStore;
import millrace.analytics.query.TimeSpan;
import millrace.analytics.tally.Sum;
import millrace.events.Funnel;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.jboss.resteasy.reactive.RestResponse;

/** Returns the conversion funnel: how many visits reached each step towards an order. */
@Path("/funnel")
@Produces({MediaType.APPLICATION_JSON, CsvWriter.TYPE})
@RolesAllowed(Roles.READER)
public class FunnelResource {
    static final QueryableStore<Sum> STORE = new QueryableStore<>(VisitsTopology.FUNNEL_TALLY.store(), Sum.SERDE);

    private final InteractiveQueries queries;

    FunnelResource(InteractiveQueries queries) {
        this.queries = queries;
    }

    @GET
    @Operation(summary = "Visits by the hour they began in and by campaign, and how many reached each step")
    public RestResponse<List<Funnel>> funnel(
            @BeanParam TimeSpan span,
            @BeanParam Paging paging,
            @Parameter(description = "Name of a campaign; none for visits without one") @QueryParam("campaign")
                    String campaign) {
        var page = paging.<Funnel>page();
        queries.page(STORE, span, page, (key, sum) -> {
            var row = VisitsTopology.row(key, sum);
            return row.visits() > 0 && (campaign == null || campaign.equals(row.campaign())) ? row : null;
        });
        return page.answer();
    }
}

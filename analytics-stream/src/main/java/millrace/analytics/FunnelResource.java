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
import millrace.analytics.query.Answers;
import millrace.analytics.query.CsvWriter;
import millrace.analytics.query.Paging;
import millrace.analytics.query.Span;
import millrace.analytics.query.Store;
import millrace.analytics.tally.Sum;
import millrace.events.Funnel;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.jboss.resteasy.reactive.RestResponse;

/** How far visits came on the way to an order. */
@Path("/funnel")
@Produces({MediaType.APPLICATION_JSON, CsvWriter.TYPE})
@RolesAllowed(Roles.READER)
public class FunnelResource {
    static final Store<Sum> STORE = new Store<>(VisitsTopology.FUNNEL_TALLY.store(), Sum.SERDE);

    private final Answers answers;

    FunnelResource(Answers answers) {
        this.answers = answers;
    }

    @GET
    @Operation(summary = "Visits by the hour they began in and by campaign, and how many reached each step")
    public RestResponse<List<Funnel>> funnel(
            @BeanParam Span span,
            @BeanParam Paging paging,
            @Parameter(description = "Name of a campaign; none for visits without one") @QueryParam("campaign")
                    String campaign) {
        var page = paging.<Funnel>page();
        answers.rows(STORE, span, (key, sum) -> {
            var row = VisitsTopology.row(key, sum);
            if (row.visits() > 0 && (campaign == null || campaign.equals(row.campaign()))) {
                page.add(key, row);
            }
        });
        return page.answer();
    }
}

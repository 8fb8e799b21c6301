package millrace.analytics;

import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import millrace.access.Problem;
import millrace.access.Roles;
import millrace.analytics.query.InteractiveQueries;
import millrace.analytics.query.QueryableStore;
import millrace.analytics.visit.FollowVisitors;
import millrace.events.Json;
import millrace.events.OrderAttribution;
import millrace.events.TransactionEvent;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** Returns an order with the visit that led to it. */
@Path("/attribution/{source}/{number}")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed(Roles.READER)
public class AttributionResource {
    static final QueryableStore<OrderAttribution> STORE =
            new QueryableStore<>(FollowVisitors.ORDERS, Json.serde(OrderAttribution.class));

    private final InteractiveQueries queries;

    AttributionResource(InteractiveQueries queries) {
        this.queries = queries;
    }

    @GET
    @Operation(summary = "An accepted order with the visit and campaign that led to it")
    public OrderAttribution attribution(@PathParam("source") String source, @PathParam("number") String number) {
        var order = TransactionEvent.orderId(source, number);
        return queries.one(STORE, order).orElseThrow(() -> Problem.notFound("No accepted order is known as " + order));
    }
}

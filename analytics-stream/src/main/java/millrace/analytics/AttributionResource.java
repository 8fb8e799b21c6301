package millrace.analytics;

import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import millrace.access.Roles;
import millrace.analytics.query.Answers;
import millrace.analytics.query.Problem;
import millrace.analytics.query.Store;
import millrace.analytics.visit.FollowVisitors;
import millrace.events.Json;
import millrace.events.OrderAttribution;
import millrace.events.TransactionEvent;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** Orders and the visits that led to them. */
@Path("/attribution/{source}/{number}")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed(Roles.READER)
public class AttributionResource {
    static final Store<OrderAttribution> STORE = new Store<>(FollowVisitors.ORDERS, Json.serde(OrderAttribution.class));

    private final Answers answers;

    AttributionResource(Answers answers) {
        this.answers = answers;
    }

    @GET
    @Operation(summary = "An accepted order with the visit and campaign that led to it")
    public OrderAttribution attribution(@PathParam("source") String source, @PathParam("number") String number) {
        var order = TransactionEvent.orderId(source, number);
        return answers.one(STORE, order).orElseThrow(() -> Problem.notFound("No accepted order is known as " + order));
    }
}

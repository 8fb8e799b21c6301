package millrace.audit.question;

import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.util.Map;
import millrace.access.Problem;
import millrace.access.Roles;
import millrace.events.TransactionEvent;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;

/** Returns an order as of a time: its last record on {@code order-state}. */
@Path("/audit/orders/{source}/{number}/state")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed(Roles.READER)
public class OrderStateResource {
    private final AuditQueries queries;

    OrderStateResource(AuditQueries queries) {
        this.queries = queries;
    }

    @GET
    @Operation(
            summary = "An order as of a moment: the last record of order-state not after it",
            description = "404 where the archive has none; a value of null says that the order was erased by then.")
    public Response state(
            @RestPath String source,
            @RestPath String number,
            @Parameter(description = "ISO 8601 instant. Default: now", example = "2024-05-01T12:00:00Z") @RestQuery
                    String at) {
        var id = TransactionEvent.orderId(source, number);
        var moment = at == null ? Instant.now() : TimeRangeParameters.instant("at", at);
        var filter = RecordFilter.state(id, moment.toEpochMilli());
        var result = queries.run(RecordSelection.first(filter, 1), Map.of("at", moment.toString()));
        if (result.size() == 0) {
            result.close();
            throw Problem.notFound(
                    "The archive has no record of order %s on order-state up to %s.".formatted(id, moment));
        }
        return Response.ok(result.one()).type(MediaType.APPLICATION_JSON).build();
    }
}

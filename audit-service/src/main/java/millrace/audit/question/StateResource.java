package millrace.audit.question;

import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.util.Map;
import millrace.access.Roles;
import millrace.audit.Problem;
import millrace.events.TransactionEvent;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;

/** An order as it was at a moment: what {@code order-state} said of it last. */
@Path("/audit/orders/{source}/{number}/state")
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed(Roles.READER)
public class StateResource {
    private final Questions questions;

    StateResource(Questions questions) {
        this.questions = questions;
    }

    @GET
    @Operation(
            summary = "An order as of a moment: the last record of order-state not after it",
            description = "404 where the archive has none; a value of null says that the order was erased by then.")
    public Response state(
            @RestPath String source,
            @RestPath String number,
            @Parameter(description = "ISO 8601 instant, now unless told", example = "2024-05-01T12:00:00Z") @RestQuery
                    String at) {
        var id = TransactionEvent.orderId(source, number);
        var moment = at == null ? Instant.now() : Span.instant("at", at);
        var about = About.state(id, moment.toEpochMilli());
        var found = questions.ask(Selection.first(about, 1), Map.of("at", moment.toString()));
        if (found.number() == 0) {
            found.close();
            throw Problem.notFound(
                    "The archive has no record of order %s on order-state up to %s.".formatted(id, moment));
        }
        return Response.ok(found.one()).type(MediaType.APPLICATION_JSON).build();
    }
}

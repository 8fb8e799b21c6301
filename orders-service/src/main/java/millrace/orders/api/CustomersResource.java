package millrace.orders.api;

import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Response;
import millrace.access.Roles;
import millrace.orders.outage.DatabaseFailureMapper;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestPath;

/** Erases customers over HTTP. */
@Path("/customers")
@RolesAllowed(Roles.BACK_OFFICE)
class CustomersResource {
    private final BackOffice backOffice;

    CustomersResource(BackOffice backOffice) {
        this.backOffice = backOffice;
    }

    @DELETE
    @Path("/{id}")
    @Operation(
            summary = "Erases the orders of a customer, and the dead letters that name the customer",
            description = "At most 1000 of each by one request: ask again until it says 0 and 0.")
    public Uni<Response> erase(@RestPath String id) {
        RequestText.require(id, "The customer's id", RequestText.LONGEST_ID);
        return backOffice
                .erase(id)
                .map(erased -> Response.accepted(erased).build())
                .onFailure()
                .transform(DatabaseFailureMapper::toHttp);
    }
}

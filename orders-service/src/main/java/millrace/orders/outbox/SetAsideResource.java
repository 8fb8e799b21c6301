package millrace.orders.outbox;

import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BadRequestException;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.util.List;
import millrace.access.Roles;
import millrace.orders.outage.DatabaseFailureMapper;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;

/** HTTP requests for the records that can never be sent. */
@Path("/outbox")
class SetAsideResource {
    private final SetAsideRows setAside;

    SetAsideResource(SetAsideRows setAside) {
        this.setAside = setAside;
    }

    /** @param records number of records that are sent again */
    record MovedRows(int records) {}

    @GET
    @RolesAllowed(Roles.READER)
    @Operation(
            summary = "Records that can never be sent as they are, and those of their key that wait behind them",
            description = "100 by id; for the next page pass the last id as after.")
    public Uni<List<SetAsideRows.SetAsideRow>> rows(@RestQuery String after) {
        return setAside.after(after == null ? 0 : number(after)).onFailure().transform(DatabaseFailureMapper::toHttp);
    }

    @POST
    @Path("/{id}/send")
    @RolesAllowed(Roles.BACK_OFFICE)
    @Operation(summary = "Sends it again, with those of its key that wait, after the obstacle was removed")
    public Uni<MovedRows> send(@RestPath String id) {
        return setAside.send(number(id))
                .map(moved -> new MovedRows(moved.orElseThrow(() -> notFound(id))))
                .onFailure()
                .transform(DatabaseFailureMapper::toHttp);
    }

    @DELETE
    @Path("/{id}")
    @RolesAllowed(Roles.BACK_OFFICE)
    @Operation(summary = "Discards it: those of its key that wait behind it are sent without it")
    public Uni<MovedRows> discard(@RestPath String id) {
        return setAside.discard(number(id))
                .map(moved -> new MovedRows(moved.orElseThrow(() -> notFound(id))))
                .onFailure()
                .transform(DatabaseFailureMapper::toHttp);
    }

    private static NotFoundException notFound(String id) {
        return new NotFoundException("No record " + id + " is set aside.");
    }

    private static long number(String text) {
        if (!text.matches("[0-9]{1,18}")) {
            throw new BadRequestException(
                    "The id must be a number, as the list of the records that are set aside has it.");
        }
        return Long.parseLong(text);
    }
}

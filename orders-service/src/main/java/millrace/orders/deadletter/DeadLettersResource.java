package millrace.orders.deadletter;

import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BadRequestException;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.SecurityContext;
import java.util.List;
import java.util.Optional;
import millrace.access.Roles;
import millrace.orders.outage.DatabaseFailureMapper;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;

/** HTTP requests that read, redrive and discard dead letters. */
@Path("/dead-letters")
class DeadLettersResource {
    private final Mutiny.SessionFactory database;
    private final Redrive redrive;
    private final BulkRedrive bulk;

    DeadLettersResource(Mutiny.SessionFactory database, Redrive redrive, BulkRedrive bulk) {
        this.database = database;
        this.redrive = redrive;
        this.bulk = bulk;
    }

    @GET
    @RolesAllowed(Roles.READER)
    @Operation(
            summary = "Records that cannot be applied, and those parked behind them",
            description =
                    "100 in the order in which they came, those that still wait; with the beginning of a reason by reason. For"
                            + " the next page pass the last id as after.")
    public Uni<List<DeadLetterView>> letters(
            @RestQuery String key, @RestQuery String reason, @RestQuery String after, @RestQuery boolean resolved) {
        return database.withStatelessSession(session -> new DeadLetterQuery(key, reason, after, resolved).on(session))
                .onFailure()
                .transform(DatabaseFailureMapper::toHttp);
    }

    @GET
    @Path("/{id}")
    @RolesAllowed(Roles.READER)
    @Operation(summary = "A dead letter, with its body and all attempts")
    public Uni<DeadLetterView> letter(@RestPath String id) {
        return database.withStatelessSession(session -> session.get(DeadLetter.class, id))
                .onItem()
                .ifNull()
                .failWith(() -> new NotFoundException("No dead letter " + id + "."))
                .map(DeadLetterView::whole)
                .onFailure()
                .transform(DatabaseFailureMapper::toHttp);
    }

    @POST
    @Path("/{id}/redrive")
    @Consumes(MediaType.WILDCARD)
    @RolesAllowed(Roles.BACK_OFFICE)
    @Operation(
            summary = "Tries it again, and then what is parked behind it",
            description =
                    "A body is taken instead of the record's own. At most 1000 records at once. dryRun=true tries the"
                            + " dead letter alone, and changes nothing.")
    public Uni<Redrive.RedriveResult> redrive(
            @RestPath String id, @RestQuery boolean dryRun, @Context SecurityContext security, byte[] body) {
        var correction = Optional.ofNullable(body).filter(bytes -> bytes.length > 0);
        var result = dryRun
                ? redrive.dryRun(id, correction).map(reason -> Redrive.RedriveResult.ofDryRun(id, reason))
                : redrive.redrive(id, correction, name(security));
        return result.onFailure().transform(DatabaseFailureMapper::toHttp);
    }

    @POST
    @Path("/redrive")
    @RolesAllowed(Roles.BACK_OFFICE)
    @Operation(
            summary =
                    "Redrives the first 100 dead letters with this key or beginning of a reason, or the parked records that are"
                            + " first of their key",
            description =
                    "Reports the outcome of each; dryRun=true reports only the expected outcome. parked=true selects the parked"
                            + " records that are first of their key. At most 1,000 records are tried, those behind the first ones included.")
    public Uni<List<BulkRedrive.Result>> redriveAll(
            @RestQuery String key,
            @RestQuery String reason,
            @RestQuery boolean parked,
            @RestQuery boolean dryRun,
            @Context SecurityContext security) {
        if (key == null && reason == null && !parked) {
            throw new BadRequestException("Give a key, the beginning of a reason, or parked=true.");
        }
        return database.withStatelessSession(session ->
                        parked ? DeadLetterQuery.stranded(session) : DeadLetterQuery.firstWaiting(session, key, reason))
                .chain(ids -> bulk.redrive(ids, dryRun, name(security)))
                .onFailure()
                .transform(DatabaseFailureMapper::toHttp);
    }

    @DELETE
    @Path("/{id}")
    @RolesAllowed(Roles.BACK_OFFICE)
    @Operation(summary = "Discards it: records that are parked behind it are applied without it")
    public Uni<Redrive.RedriveResult> discard(@RestPath String id, @Context SecurityContext security) {
        return redrive.discard(id, name(security)).onFailure().transform(DatabaseFailureMapper::toHttp);
    }

    private static String name(SecurityContext security) {
        return security.getUserPrincipal().getName();
    }
}

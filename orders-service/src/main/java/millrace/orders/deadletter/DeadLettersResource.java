package millrace.orders.deadletter;

import static java.nio.charset.StandardCharsets.UTF_8;

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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import millrace.access.Roles;
import millrace.orders.outage.DatabaseAnswer;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;

/** The dead letters over HTTP: to look at, to try again and to give up. */
@Path("/dead-letters")
class DeadLettersResource {
    private static final int PAGE = 100;

    private final Mutiny.SessionFactory database;
    private final Redrive redrive;

    DeadLettersResource(Mutiny.SessionFactory database, Redrive redrive) {
        this.database = database;
        this.redrive = redrive;
    }

    /**
     * What would become, or became, of one of many.
     *
     * @param resolved how many records wait no more; in a dry run 1 where the dead letter itself would not
     * @param stoppedAt id of the record that keeps waiting; {@code null} where there is none
     */
    record Tried(String id, int resolved, String stoppedAt, String reason) {}

    /** Where a page begins: after that place. */
    private record Place(int partition, long offset) {
        private static final Pattern ID = Pattern.compile(".*-([0-9]{1,9})-([0-9]{1,18})");

        /** @param id {@code null} for the first page */
        static Place of(String id) {
            if (id == null) {
                return new Place(-1, -1);
            }
            var place = ID.matcher(id);
            if (!place.matches()) {
                throw new BadRequestException("after must be the id of a dead letter.");
            }
            return new Place(Integer.parseInt(place.group(1)), Long.parseLong(place.group(2)));
        }
    }

    @GET
    @RolesAllowed(Roles.READER)
    @Operation(
            summary = "Records that cannot be applied, and those parked behind them",
            description =
                    "100 by partition and offset, those that still wait; for the next page pass the last id as after.")
    public Uni<List<DeadLetterView>> letters(
            @RestQuery String key, @RestQuery String reason, @RestQuery String after, @RestQuery boolean resolved) {
        return find(key, reason, after, resolved ? "1 = 1" : "resolution is null")
                .map(found -> found.stream().map(DeadLetterView::listed).toList())
                .onFailure()
                .transform(DatabaseAnswer::to);
    }

    @GET
    @Path("/{id}")
    @RolesAllowed(Roles.READER)
    @Operation(summary = "One of them, with its body and all that was tried")
    public Uni<DeadLetterView> letter(@RestPath String id) {
        return database.withStatelessSession(session -> session.get(DeadLetter.class, id))
                .onItem()
                .ifNull()
                .failWith(() -> new NotFoundException("No dead letter " + id + "."))
                .map(DeadLetterView::whole)
                .onFailure()
                .transform(DatabaseAnswer::to);
    }

    @POST
    @Path("/{id}/redrive")
    @Consumes(MediaType.WILDCARD)
    @RolesAllowed(Roles.BACK_OFFICE)
    @Operation(
            summary = "Tries it again, and then what is parked behind it",
            description = "A body is taken instead of the record's own. At most 1000 records at once.")
    public Uni<Redrive.Outcome> redrive(@RestPath String id, @Context SecurityContext who, byte[] body) {
        return redrive.redrive(id, Optional.ofNullable(body).filter(bytes -> bytes.length > 0), name(who))
                .onFailure()
                .transform(DatabaseAnswer::to);
    }

    @POST
    @Path("/redrive")
    @RolesAllowed(Roles.BACK_OFFICE)
    @Operation(
            summary = "Tries the first 100 dead letters again whose key, or the beginning of whose reason, is this",
            description = "dryRun=true only says what would become of each.")
    public Uni<List<Tried>> redriveAll(
            @RestQuery String key, @RestQuery String reason, @RestQuery boolean dryRun, @Context SecurityContext who) {
        if (key == null && reason == null) {
            throw new BadRequestException("Give a key or the beginning of a reason.");
        }
        return find(key, reason, null, "resolution is null and reason is not null")
                .chain(found -> each(found.stream().map(DeadLetter::id).toList(), dryRun, name(who)))
                .onFailure()
                .transform(DatabaseAnswer::to);
    }

    @DELETE
    @Path("/{id}")
    @RolesAllowed(Roles.BACK_OFFICE)
    @Operation(summary = "Gives it up: what is parked behind it is applied without it")
    public Uni<Redrive.Outcome> discard(@RestPath String id, @Context SecurityContext who) {
        return redrive.discard(id, name(who)).onFailure().transform(DatabaseAnswer::to);
    }

    private Uni<List<Tried>> each(List<String> ids, boolean dryRun, String by) {
        var all = Uni.createFrom().<List<Tried>>item(new ArrayList<>());
        for (var id : ids) {
            all = all.call(tried -> one(id, dryRun, by).invoke(tried::add));
        }
        return all;
    }

    private Uni<Tried> one(String id, boolean dryRun, String by) {
        return dryRun
                ? redrive.rehearse(id)
                        .map(reason -> new Tried(
                                id, reason.isPresent() ? 0 : 1, reason.isPresent() ? id : null, reason.orElse(null)))
                : redrive.redrive(id, Optional.empty(), by)
                        .map(outcome -> new Tried(id, outcome.resolved(), outcome.stoppedAt(), outcome.reason()));
    }

    /** In the order of partitions and offsets. */
    private Uni<List<DeadLetter>> find(String key, String reason, String after, String which) {
        var place = Place.of(after);
        var query = new StringBuilder(
                "from DeadLetter where (partition > :partition or partition = :partition and offset > :offset) and "
                        + which);
        Optional.ofNullable(key).ifPresent(wanted -> query.append(" and key = :key"));
        Optional.ofNullable(reason).ifPresent(wanted -> query.append(" and reason like :reason escape '!'"));
        return database.withStatelessSession(session -> {
            var selection = session.createSelectionQuery(query + " order by partition, offset", DeadLetter.class)
                    .setParameter("partition", place.partition())
                    .setParameter("offset", place.offset())
                    .setMaxResults(PAGE);
            Optional.ofNullable(key).ifPresent(wanted -> selection.setParameter("key", wanted.getBytes(UTF_8)));
            Optional.ofNullable(reason)
                    .ifPresent(wanted -> selection.setParameter("reason", wanted.replaceAll("[!%_]", "!$0") + "%"));
            return selection.getResultList();
        });
    }

    private static String name(SecurityContext who) {
        return who.getUserPrincipal().getName();
    }
}

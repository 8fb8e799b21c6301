package millrace.audit.question;

import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import millrace.access.Problem;
import millrace.access.Roles;
import millrace.audit.seal.Erasures;
import millrace.audit.seal.MasterKey;
import millrace.audit.table.DatabaseTransactions;
import millrace.events.TransactionEvent;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;

/** Returns the records of one order, customer or trace across channels, by time, and an order as of a time. */
@Path("/audit")
@Produces({MediaType.APPLICATION_JSON, PageParameters.LINES})
@RolesAllowed(Roles.READER)
public class RecordsResource {
    private static final String NOTE =
            "Each query is published on audit-events before it is answered, with the name of the API key. Personal data is"
                    + " encrypted, as it is archived, unless the key has the role back-office; erased data cannot be"
                    + " decrypted.";

    private final AuditQueries queries;
    private final DatabaseTransactions transactions;
    private final Erasures names;
    private final String prefix;

    RecordsResource(
            AuditQueries queries,
            DatabaseTransactions transactions,
            MasterKey master,
            @ConfigProperty(name = "kafka.prefix") Optional<String> prefix) {
        this.queries = queries;
        this.transactions = transactions;
        this.names = new Erasures(master);
        this.prefix = prefix.orElse("");
    }

    @GET
    @Path("/orders/{source}/{number}")
    @Operation(summary = "Every record of an order, dead letters too, by time", description = NOTE)
    public Response order(@RestPath String source, @RestPath String number, @BeanParam PageParameters page)
            throws SQLException {
        return answer(RecordFilter.order(TransactionEvent.orderId(source, number), prefix), page);
    }

    @GET
    @Path("/customers/{id}")
    @Operation(
            summary = "Every record with personal data of a customer or visitor, by time",
            description = "By the id that the records have: customerId, anonymousId or userId. " + NOTE)
    public Response customer(@RestPath String id, @BeanParam PageParameters page) throws SQLException {
        var subjects = transactions.get(connection -> names.find(connection, id));
        return answer(
                RecordFilter.customer(
                        subjects.stream().map(Erasures.Subject::id).toList()),
                page);
    }

    @GET
    @Path("/traces/{id}")
    @Operation(summary = "Every record of a trace, by its id or a whole traceparent, by time", description = NOTE)
    public Response trace(@RestPath String id, @BeanParam PageParameters page) throws SQLException {
        return answer(RecordFilter.trace(id), page);
    }

    @GET
    @Path("/orders/{source}/{number}/state")
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(
            summary = "An order as of a moment: the last record of order-state not after it",
            description = "404 where the archive has none; a value of null says that the order was erased by then.")
    public Response state(
            @RestPath String source,
            @RestPath String number,
            @Parameter(description = "ISO 8601 instant. Default: now", example = "2024-05-01T12:00:00Z") @RestQuery
                    String at)
            throws SQLException {
        var id = TransactionEvent.orderId(source, number);
        var moment = at == null ? Instant.now() : PageParameters.instant("at", at);
        var filter = RecordFilter.state(id, moment.toEpochMilli());
        var result = queries.run(RecordSelection.first(filter, 1), Map.of("at", moment.toString()));
        if (result.size() == 0) {
            result.close();
            throw Problem.notFound(
                    "The archive has no record of order %s on order-state up to %s.".formatted(id, moment));
        }
        return Response.ok(result.one()).type(MediaType.APPLICATION_JSON).build();
    }

    private Response answer(RecordFilter filter, PageParameters page) throws SQLException {
        var lines = page.lines();
        var selection = new RecordSelection(filter, page.fromMs(), page.toMs(), page.after(), page.limit());
        var result = queries.run(selection, page.given());
        var answer = Response.ok(lines ? result.lines() : result.array())
                .type(lines ? PageParameters.LINES : MediaType.APPLICATION_JSON);
        result.nextCursor().ifPresent(last -> answer.header(HttpHeaders.LINK, page.linkTo(last)));
        return answer.build();
    }
}

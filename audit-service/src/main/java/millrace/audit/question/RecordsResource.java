package millrace.audit.question;

import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import java.util.TreeMap;
import millrace.access.Roles;
import millrace.events.TransactionEvent;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestPath;

/** Returns the records of one order, customer or trace across channels, by time. */
@Path("/audit")
@Produces({MediaType.APPLICATION_JSON, PageParameters.LINES})
@RolesAllowed(Roles.READER)
public class RecordsResource {
    private static final String NOTE =
            "Each query is published on audit-events before it is answered, with the name of the API key. Personal data is"
                    + " encrypted, as it is archived, unless the key has the role back-office; erased data cannot be"
                    + " decrypted.";

    private final AuditQueries queries;
    private final CustomerFilters customers;
    private final String prefix;

    RecordsResource(
            AuditQueries queries,
            CustomerFilters customers,
            @ConfigProperty(name = "kafka.prefix") Optional<String> prefix) {
        this.queries = queries;
        this.customers = customers;
        this.prefix = prefix.orElse("");
    }

    @GET
    @Path("/orders/{source}/{number}")
    @Operation(summary = "Every record of an order, dead letters too, by time", description = NOTE)
    public Response order(
            @RestPath String source,
            @RestPath String number,
            @BeanParam TimeRangeParameters timeRange,
            @BeanParam PageParameters page) {
        return answer(RecordFilter.order(TransactionEvent.orderId(source, number), prefix), timeRange, page);
    }

    @GET
    @Path("/customers/{id}")
    @Operation(
            summary = "Every record with personal data of a customer or visitor, by time",
            description = "By the id that the records have: customerId, anonymousId or userId. " + NOTE)
    public Response customer(
            @RestPath String id, @BeanParam TimeRangeParameters timeRange, @BeanParam PageParameters page) {
        return answer(customers.filter(id), timeRange, page);
    }

    @GET
    @Path("/traces/{id}")
    @Operation(summary = "Every record of a trace, by its id or a whole traceparent, by time", description = NOTE)
    public Response trace(
            @RestPath String id, @BeanParam TimeRangeParameters timeRange, @BeanParam PageParameters page) {
        return answer(RecordFilter.trace(id), timeRange, page);
    }

    private Response answer(RecordFilter filter, TimeRangeParameters timeRange, PageParameters page) {
        var parameters = new TreeMap<String, String>();
        timeRange.addTo(parameters);
        page.addTo(parameters);
        var selection = new RecordSelection(filter, timeRange.fromMs(), timeRange.toMs(), page.after(), page.limit());
        var lines = page.lines();
        var result = queries.run(selection, parameters);
        var answer = Response.ok(lines ? result.lines() : result.array())
                .type(lines ? PageParameters.LINES : MediaType.APPLICATION_JSON);
        result.nextCursor().ifPresent(last -> answer.header(HttpHeaders.LINK, page.linkTo(last)));
        return answer.build();
    }
}

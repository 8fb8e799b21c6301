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

/** Everything about one thing, across channels, in time order. */
@Path("/audit")
@Produces({MediaType.APPLICATION_JSON, Paging.LINES})
@RolesAllowed(Roles.READER)
public class RecordsResource {
    private static final String NOTE =
            "Each question is put on record before it is answered, with the name of the API key. Personal data stands"
                    + " as it is archived, sealed, unless the key has the role back-office; what is erased nobody can"
                    + " read.";

    private final Questions questions;
    private final Customers customers;
    private final String prefix;

    RecordsResource(
            Questions questions, Customers customers, @ConfigProperty(name = "kafka.prefix") Optional<String> prefix) {
        this.questions = questions;
        this.customers = customers;
        this.prefix = prefix.orElse("");
    }

    @GET
    @Path("/orders/{source}/{number}")
    @Operation(summary = "Every record of an order, dead letters too, by time", description = NOTE)
    public Response order(
            @RestPath String source, @RestPath String number, @BeanParam Span span, @BeanParam Paging paging) {
        return answer(About.order(TransactionEvent.orderId(source, number), prefix), span, paging);
    }

    @GET
    @Path("/customers/{id}")
    @Operation(
            summary = "Every record with personal data of a customer or visitor, by time",
            description = "By the id that the records have: customerId, anonymousId or userId. " + NOTE)
    public Response customer(@RestPath String id, @BeanParam Span span, @BeanParam Paging paging) {
        return answer(customers.about(id), span, paging);
    }

    @GET
    @Path("/traces/{id}")
    @Operation(summary = "Every record of a trace, by its id or a whole traceparent, by time", description = NOTE)
    public Response trace(@RestPath String id, @BeanParam Span span, @BeanParam Paging paging) {
        return answer(About.trace(id), span, paging);
    }

    private Response answer(About about, Span span, Paging paging) {
        var parameters = new TreeMap<String, String>();
        span.addTo(parameters);
        paging.addTo(parameters);
        var selection = new Selection(about, span.fromMs(), span.toMs(), paging.after(), paging.limit());
        var lines = paging.lines();
        var found = questions.ask(selection, parameters);
        var answer = Response.ok(lines ? found.lines() : found.array())
                .type(lines ? Paging.LINES : MediaType.APPLICATION_JSON);
        found.followed().ifPresent(last -> answer.header(HttpHeaders.LINK, paging.linkTo(last)));
        return answer.build();
    }
}

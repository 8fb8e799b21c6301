package millrace.orders.api;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.ClientErrorException;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import millrace.access.Roles;
import millrace.events.OrderState.Status;
import millrace.orders.outage.DatabaseFailure;
import millrace.orders.outage.DatabaseFailureMapper;
import millrace.orders.store.OrderHistory;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jboss.resteasy.reactive.RestHeader;
import org.jboss.resteasy.reactive.RestMulti;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;

/** HTTP requests that read orders. */
@Path("/orders")
@RolesAllowed(Roles.READER)
class OrdersResource {
    private final Mutiny.SessionFactory database;
    private final OrderIds ids;
    private final OrderHistory history;
    private final OrderEventStream streams;

    OrdersResource(Mutiny.SessionFactory database, OrderIds ids, OrderHistory history, OrderEventStream streams) {
        this.database = database;
        this.ids = ids;
        this.history = history;
        this.streams = streams;
    }

    @GET
    @Path("/{id:.+}")
    @Operation(
            summary = "One order with its lines and its history",
            description =
                    "By its id, SOURCE/NUMBER, or by its number where only one source has such an order. An order that the"
                            + " edge has just taken may be on its way: wait=2s waits for it.")
    public Uni<OrderView> order(@RestPath String id, @RestQuery String wait) {
        var atMost = WaitParameter.of(wait, Duration.ZERO);
        return ids.of(id, atMost)
                .chain(orderId -> history.of(orderId, atMost)
                        .onFailure(DatabaseFailure::isFinal)
                        .recoverWithItem(Optional.empty())
                        .map(found -> view(orderId, found)))
                .onFailure()
                .transform(DatabaseFailureMapper::toHttp);
    }

    @GET
    @Operation(
            summary = "Orders by id",
            description =
                    "For the next page pass the last order id as after. discrepancies=true are those that were paid and do"
                            + " not add up.")
    public Uni<List<OrderView>> orders(
            @RestQuery String status,
            @RestQuery String customer,
            @RestQuery String country,
            @RestQuery String discrepancies,
            @RestQuery String after,
            @RestQuery String limit) {
        var query = OrderQuery.of(status, customer, country, discrepancies, after, limit);
        return database.withStatelessSession(query::on).onFailure().transform(DatabaseFailureMapper::toHttp);
    }

    @GET
    @Path("/{id:.+}/events")
    @UnlessErased
    @Produces(MediaType.SERVER_SENT_EVENTS)
    @Operation(
            summary = "The events of an order as they come",
            description =
                    "From the first one, or after the version that Last-Event-ID names. It ends after ten minutes, and when the"
                            + " order is erased.")
    public Multi<OutboundSseEvent> events(
            @RestPath String id,
            @RestHeader("Last-Event-ID") String lastEventId,
            @Context SecurityContext security,
            @Context Sse sse) {
        long version = OrderEventStream.version(lastEventId);
        var caller = security.getUserPrincipal().getName();
        if (OrderIds.isId(id)) {
            return streams.follow(id, version, caller, sse);
        }
        return RestMulti.fromUniResponse(
                ids.of(id).onFailure().transform(DatabaseFailureMapper::toHttp),
                found -> streams.follow(found, version, caller, sse));
    }

    static OrderView view(String id, Optional<OrderHistory.OrderWithEvents> found) {
        var order = found.orElseThrow(() -> OrderIds.notFound(id));
        if (order.order().status() == Status.ERASED) {
            throw new ClientErrorException("Order " + id + " was erased.", Response.Status.GONE);
        }
        return OrderView.whole(order.order(), order.events());
    }
}

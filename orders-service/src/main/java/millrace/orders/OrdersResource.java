package millrace.orders;

import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.ServiceUnavailableException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import millrace.orders.outage.DatabaseRefusal;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;

/** The orders over HTTP, to read. */
@Path("/orders")
class OrdersResource {
    private static final long RETRY_AFTER_SECONDS = 1;

    private final Mutiny.SessionFactory database;

    OrdersResource(Mutiny.SessionFactory database) {
        this.database = database;
    }

    @GET
    @Path("/{id}")
    @Operation(summary = "One order with its lines")
    public Uni<OrderView> order(@RestPath String id) {
        return read(session -> session.get(Order.class, id))
                .onFailure(DatabaseRefusal::isFinal)
                .recoverWithNull()
                .map(found -> Optional.ofNullable(found)
                        .flatMap(Order::state)
                        .map(OrderView::whole)
                        .orElseThrow(() -> new NotFoundException("No order " + id + ".")));
    }

    @GET
    @Operation(summary = "Orders by id", description = "For the next page pass the last order id as after.")
    public Uni<List<OrderView>> orders(@RestQuery String status, @RestQuery String after, @RestQuery String limit) {
        var query = OrderQuery.of(status, after, limit);
        return read(session -> query.on(session).getResultList())
                .map(found -> found.stream()
                        .flatMap(order -> order.state().stream())
                        .map(OrderView::listed)
                        .toList());
    }

    private <T> Uni<T> read(Function<Mutiny.StatelessSession, Uni<T>> query) {
        return database.withStatelessSession(query)
                .onFailure(DatabaseRefusal::mayPass)
                .transform(failure ->
                        new ServiceUnavailableException("The database does not answer.", RETRY_AFTER_SECONDS, failure));
    }
}

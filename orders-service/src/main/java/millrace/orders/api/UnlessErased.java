package millrace.orders.api;

import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.ClientErrorException;
import jakarta.ws.rs.NameBinding;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Response;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import millrace.access.Problem;
import millrace.orders.store.OrderHistory;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/**
 * Answers with an error before a stream begins, if the path's {@code id} is ambiguous or unknown, or the order was
 * erased; a stream that has begun cannot change its status.
 */
@NameBinding
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@interface UnlessErased {

    /**
     * Checks the order of a request; if the database is unavailable, the request passes and the stream itself fails.
     */
    class Filter {
        private final OrderIds ids;
        private final OrderHistory history;

        Filter(OrderIds ids, OrderHistory history) {
            this.ids = ids;
            this.history = history;
        }

        @UnlessErased
        @ServerRequestFilter
        Uni<Response> refuse(ContainerRequestContext request) {
            var id = request.getUriInfo().getPathParameters().getFirst("id");
            return ids.of(id)
                    .chain(history::isErased)
                    .map(erased -> erased
                            ? Problem.response(
                                    new ClientErrorException("Order " + id + " was erased.", Response.Status.GONE))
                            : null)
                    .onFailure(ClientErrorException.class)
                    .recoverWithItem(Problem::response)
                    .onFailure()
                    .recoverWithNull();
        }
    }
}

package millrace.orders;

import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.ClientErrorException;
import jakarta.ws.rs.NameBinding;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Response;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/** Refuses what names no one order ({@code id}), or an erased one: a stream that has begun cannot say so any more. */
@NameBinding
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@interface UnlessErased {

    /** Asks before the stream begins; while the database is away the stream finds out by itself. */
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
                            ? OrdersProblem.of(
                                    new ClientErrorException("Order " + id + " was erased.", Response.Status.GONE))
                            : null)
                    .onFailure(ClientErrorException.class)
                    .recoverWithItem(OrdersProblem::of)
                    .onFailure()
                    .recoverWithNull();
        }
    }
}

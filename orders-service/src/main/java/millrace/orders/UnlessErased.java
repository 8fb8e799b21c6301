package millrace.orders;

import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.NameBinding;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Response;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/** 410 where the order {@code id} was erased: a stream that has begun cannot say so any more. */
@NameBinding
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@interface UnlessErased {

    /** Asks before the stream begins; while the database is away the stream finds out by itself. */
    class Filter {
        private final OrderIds ids;
        private final History history;

        Filter(OrderIds ids, History history) {
            this.ids = ids;
            this.history = history;
        }

        @UnlessErased
        @ServerRequestFilter
        Uni<Response> refuse(ContainerRequestContext request) {
            var id = request.getUriInfo().getPathParameters().getFirst("id");
            return ids.of(id)
                    .chain(history::isErased)
                    .map(erased -> erased ? gone(id) : null)
                    .onFailure()
                    .recoverWithNull();
        }

        private static Response gone(String id) {
            var gone = Response.Status.GONE;
            return Response.status(gone)
                    .type("application/problem+json")
                    .entity(new Problem(gone.getReasonPhrase(), gone.getStatusCode(), "Order " + id + " was erased."))
                    .build();
        }
    }
}

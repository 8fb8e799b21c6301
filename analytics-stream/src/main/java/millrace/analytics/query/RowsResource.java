package millrace.analytics.query;

import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.StreamingOutput;
import millrace.access.Roles;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;

/**
 * What this instance holds of a store, for another instance that is asked for all of it. No part of the API. Never waits
 * for a thread that a question has: two instances that ask each other would wait for each other.
 */
@Path("/rows/{store}")
@RolesAllowed(Roles.READER)
class RowsResource {
    private final Stores stores;
    private final Local local;

    RowsResource(Stores stores, Local local) {
        this.stores = stores;
        this.local = local;
    }

    @GET
    @Produces(MediaType.APPLICATION_OCTET_STREAM)
    @RunOnVirtualThread
    @Operation(hidden = true)
    public StreamingOutput rows(@RestPath String store, @RestQuery String first, @RestQuery String last) {
        var known = stores.named(store).orElseThrow(() -> new NotFoundException("No store " + store + "."));
        return stream(known, new Range(first, last));
    }

    private <V> StreamingOutput stream(Store<V> store, Range range) {
        var rows = local.open(store, range);
        return out -> {
            try (rows) {
                RowStream.write(rows, store, out);
            }
        };
    }
}

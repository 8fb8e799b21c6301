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
 * Returns the local rows of a table to another instance; not part of the API. It runs on a virtual thread and not on a
 * worker thread, because two instances that query each other could otherwise exhaust their workers and wait for each
 * other.
 */
@Path("/rows/{table}")
@RolesAllowed(Roles.READER)
class RowsResource {
    private final QueryableTables tables;
    private final LocalStores local;

    RowsResource(QueryableTables tables, LocalStores local) {
        this.tables = tables;
        this.local = local;
    }

    @GET
    @Produces(MediaType.APPLICATION_OCTET_STREAM)
    @RunOnVirtualThread
    @Operation(hidden = true)
    public StreamingOutput rows(@RestPath String table, @RestQuery String first, @RestQuery String last) {
        var known = tables.named(table).orElseThrow(() -> new NotFoundException("No table " + table + "."));
        return stream(known, new KeyRange(first, last));
    }

    private <V> StreamingOutput stream(QueryableTable<V> table, KeyRange range) {
        var rows = local.open(table, range);
        return out -> {
            try (rows) {
                RowStream.write(rows, table, out);
            }
        };
    }
}

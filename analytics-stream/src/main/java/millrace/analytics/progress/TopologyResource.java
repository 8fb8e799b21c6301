package millrace.analytics.progress;

import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import millrace.access.Roles;
import org.apache.kafka.streams.Topology;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** Returns the topology of the job as Kafka Streams describes it: tools that draw topologies read this text. */
@Path("/topology")
@RolesAllowed(Roles.READER)
public class TopologyResource {
    private final Topology topology;

    TopologyResource(Topology topology) {
        this.topology = topology;
    }

    @GET
    @Produces(MediaType.TEXT_PLAIN)
    @Operation(summary = "Topology of the job: its processors, stores and topics, as Kafka Streams describes them")
    public String topology() {
        return topology.describe().toString();
    }
}

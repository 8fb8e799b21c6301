package millrace.audit;

import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.sql.SQLException;
import java.util.List;
import millrace.access.Problem;
import millrace.access.Roles;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** Shows the position of each archived partition. */
@Path("/audit/status")
@RolesAllowed(Roles.READER)
public class StatusResource {
    private final Archive archive;
    private final AuditedChannels channels;
    private final EndOffsets endOffsets;

    StatusResource(Archive archive, AuditedChannels channels, EndOffsets endOffsets) {
        this.archive = archive;
        this.channels = channels;
        this.endOffsets = endOffsets;
    }

    @GET
    @Operation(summary = "Records kept, position and the broker's end of each partition, by channel and partition")
    public List<PartitionStatus> status() {
        try {
            var status = archive.status();
            var ends = endOffsets.of(status.stream()
                    .map(row -> channels.partition(row.channel(), row.partition()))
                    .toList());
            return status.stream()
                    .map(row -> row.withEndOffset(ends.get(channels.partition(row.channel(), row.partition()))))
                    .toList();
        } catch (SQLException e) {
            throw Problem.unavailable("The database does not answer.", e);
        }
    }
}

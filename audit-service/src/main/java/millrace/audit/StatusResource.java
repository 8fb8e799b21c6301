package millrace.audit;

import io.smallrye.common.annotation.Identifier;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import millrace.access.Roles;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.logging.Logger;

/** Shows the position of each archived partition. */
@Path("/audit/status")
@RolesAllowed(Roles.READER)
public class StatusResource {
    private static final Logger LOG = Logger.getLogger(StatusResource.class);
    private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(2);

    private final Archive archive;
    private final AuditedChannels channels;
    private final Map<String, Object> broker;

    StatusResource(
            Archive archive, AuditedChannels channels, @Identifier("default-kafka-broker") Map<String, Object> broker) {
        this.archive = archive;
        this.channels = channels;
        this.broker = broker;
    }

    @GET
    @Operation(summary = "Records kept, position and the broker's end of each partition, by channel and partition")
    public List<PartitionStatus> status() throws SQLException {
        var status = archive.status();
        var ends = endOffsets(status.stream()
                .map(row -> channels.partition(row.channel(), row.partition()))
                .toList());
        return status.stream()
                .map(row -> row.withEndOffset(ends.get(channels.partition(row.channel(), row.partition()))))
                .toList();
    }

    /** Empty if the brokers do not answer. Connects each time: the request is rare, and an open client costs memory. */
    private Map<TopicPartition, Long> endOffsets(Collection<TopicPartition> partitions) {
        try (var reader = KafkaClients.reader(broker, Map.of())) {
            return reader.endOffsets(partitions, ANSWERS_WITHIN);
        } catch (KafkaException e) {
            LOG.infof("No end offsets: %s", e.getMessage());
            return Map.of();
        }
    }
}

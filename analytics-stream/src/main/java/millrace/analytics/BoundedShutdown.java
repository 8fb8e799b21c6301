package millrace.analytics;

import io.quarkus.runtime.ShutdownEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.streams.KafkaStreams;
import org.jboss.logging.Logger;

/**
 * Ends the job within the 30 s that the PaaS gives. Where Kafka is away it would wait for the end of its transaction
 * without a limit; it is then left as a crash leaves it, and the next start aborts it and goes on from the one before.
 * It leaves its group: otherwise who starts next waits until the session of the one that ended has timed out.
 */
@ApplicationScoped
class InTime {
    private static final Logger LOG = Logger.getLogger(InTime.class);
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int BEFORE_QUARKUS = 1;

    private final KafkaStreams streams;

    InTime(KafkaStreams streams) {
        this.streams = streams;
    }

    void stop(@Observes @Priority(BEFORE_QUARKUS) ShutdownEvent event) {
        var options = CloseOptions.groupMembershipOperation(GroupMembershipOperation.LEAVE_GROUP)
                .withTimeout(PATIENCE);
        if (!streams.close(options)) {
            LOG.errorf("The job could not end its transaction within %d s and is left as it is.", PATIENCE.toSeconds());
            Runtime.getRuntime().halt(1);
        }
    }
}

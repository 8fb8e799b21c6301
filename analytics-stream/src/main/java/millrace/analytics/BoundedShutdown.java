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
 * Stops the job within the 30 s that the PaaS gives. If Kafka is away, the commit of its transaction would be awaited
 * without limit: after 20 s the process halts as in a crash, and the next start aborts the transaction and continues
 * from the last commit. The job leaves its group, so that the next process does not wait for the session timeout of the
 * old one.
 */
@ApplicationScoped
class BoundedShutdown {
    private static final Logger LOG = Logger.getLogger(BoundedShutdown.class);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(20);
    private static final int BEFORE_QUARKUS = 1;

    private final KafkaStreams streams;

    BoundedShutdown(KafkaStreams streams) {
        this.streams = streams;
    }

    void stop(@Observes @Priority(BEFORE_QUARKUS) ShutdownEvent event) {
        var options = CloseOptions.groupMembershipOperation(GroupMembershipOperation.LEAVE_GROUP)
                .withTimeout(CLOSE_TIMEOUT);
        if (!streams.close(options)) {
            LOG.errorf(
                    "The job could not end its transaction within %d s and is left as it is.",
                    CLOSE_TIMEOUT.toSeconds());
            Runtime.getRuntime().halt(1);
        }
    }
}

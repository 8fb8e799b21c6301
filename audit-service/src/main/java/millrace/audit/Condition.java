package millrace.audit;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Default;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;
import org.jboss.logging.Logger;

/**
 * What keeps the audit trail from going on: not ready while there is anything. And alarms: it has gone on, and somebody has
 * to look; they are told for as long as the process runs. Says in the log what changes.
 */
@Default
@Readiness
@ApplicationScoped
class Condition implements HealthCheck {
    private static final Logger LOG = Logger.getLogger(Condition.class);

    private final Map<String, String> troubles = new ConcurrentSkipListMap<>();

    private final Map<String, String> alarms = new ConcurrentSkipListMap<>();

    Condition() {
        troubles.put(Pulse.KAFKA, "no answer yet");
    }

    /** @param about what is in trouble: one sentence is kept for each */
    void bad(String about, String sentence) {
        if (!sentence.equals(troubles.put(about, sentence))) {
            LOG.warnf("The audit trail waits, %s: %s", about, sentence);
        }
    }

    void good(String about) {
        if (troubles.remove(about) != null) {
            LOG.infof("The audit trail goes on, %s", about);
        }
    }

    /** @param about a partition: the last sentence about it is kept */
    void alarm(String about, String sentence) {
        if (!sentence.equals(alarms.put("alarm " + about, sentence))) {
            LOG.errorf("Alarm, %s: %s", about, sentence);
        }
    }

    @Override
    public HealthCheckResponse call() {
        var response = HealthCheckResponse.named("audit trail").status(troubles.isEmpty());
        troubles.forEach(response::withData);
        alarms.forEach(response::withData);
        return response.build();
    }
}

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
 * The readiness of the audit trail. It is down while a problem that stops archiving is raised. An alarm does not stop
 * archiving and needs a person: it stays in the data of the check for as long as the process runs. Changes are logged.
 */
@Default
@Readiness
@ApplicationScoped
public class ReadinessAlarms implements HealthCheck {
    private static final Logger LOG = Logger.getLogger(ReadinessAlarms.class);

    private final Map<String, String> troubles = new ConcurrentSkipListMap<>();

    private final Map<String, String> alarms = new ConcurrentSkipListMap<>();

    public ReadinessAlarms() {
        troubles.put(BrokerLiveness.KAFKA, "no answer yet");
    }

    /** Raises a problem, or changes its sentence. @param about name of the problem */
    public void raise(String about, String sentence) {
        if (!sentence.equals(troubles.put(about, sentence))) {
            LOG.warnf("The audit trail waits, %s: %s", about, sentence);
        }
    }

    public void clear(String about) {
        if (troubles.remove(about) != null) {
            LOG.infof("The audit trail continues, %s", about);
        }
    }

    /** Raises an alarm, or changes its sentence. @param about a partition */
    public void alarm(String about, String sentence) {
        if (!sentence.equals(alarms.put("alarm " + about, sentence))) {
            LOG.errorf("Alarm, %s: %s", about, sentence);
        }
    }

    /** Ends an alarm whose cause is known to be gone. */
    public void end(String about) {
        if (alarms.remove("alarm " + about) != null) {
            LOG.infof("The alarm is over, %s", about);
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

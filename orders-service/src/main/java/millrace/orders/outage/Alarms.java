package millrace.orders.outage;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Default;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;
import org.jboss.logging.Logger;

/**
 * Alarms for a person to look at while the service goes on: they are {@code degraded} entries of readiness, the metric
 * {@code orders_alarms}, and one line of the log each. An alarm belongs to its process, and ends with it at the latest.
 */
@Default
@Readiness
@ApplicationScoped
public class Alarms implements HealthCheck {
    private static final Logger LOG = Logger.getLogger(Alarms.class);

    private final Map<String, String> sentences = new ConcurrentSkipListMap<>();

    public Alarms(MeterRegistry registry) {
        Gauge.builder("orders.alarms", sentences, Map::size)
                .description("What a person has to look at; readiness has the sentences")
                .register(registry);
    }

    /**
     * @param about the subject, which has one sentence at a time
     * @return false if the same sentence was raised before
     */
    public boolean raise(String about, String sentence) {
        boolean isNew = !sentence.equals(sentences.put(about, sentence));
        if (isNew) {
            LOG.errorf("Alarm, %s: %s", about, sentence);
        }
        return isNew;
    }

    public void clear(String about) {
        if (sentences.remove(about) != null) {
            LOG.infof("No alarm any more, %s", about);
        }
    }

    @Override
    public HealthCheckResponse call() {
        var response = HealthCheckResponse.named("nothing waits for a person").up();
        sentences.forEach((about, sentence) -> response.withData("degraded " + about, sentence));
        return response.build();
    }
}

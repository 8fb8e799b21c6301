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
 * What a person has to look at while the service goes on: in the answer of readiness as {@code degraded}, in the metric
 * {@code orders_alarms} and once in the log. Each process tells of its own; one that is never cleared ends with the process.
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
     * @param about what it is about: the last sentence about it is kept
     * @return false where it said so already
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

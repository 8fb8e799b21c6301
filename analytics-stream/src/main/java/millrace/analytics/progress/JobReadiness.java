package millrace.analytics.progress;

import jakarta.enterprise.context.ApplicationScoped;
import org.apache.kafka.streams.KafkaStreams;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready when every store is restored and the job processes what comes. */
@Readiness
@ApplicationScoped
class Running implements HealthCheck {
    private final KafkaStreams streams;
    private final Restoration restoration;

    Running(KafkaStreams streams, Restoration restoration) {
        this.streams = streams;
        this.restoration = restoration;
    }

    @Override
    public HealthCheckResponse call() {
        var state = streams.state();
        return HealthCheckResponse.named("Analytics job runs")
                .status(state == KafkaStreams.State.RUNNING)
                .withData("state", state.name())
                .withData("recordsToRestore", restoration.remaining())
                .build();
    }
}

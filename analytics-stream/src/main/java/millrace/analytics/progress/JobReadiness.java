package millrace.analytics.progress;

import jakarta.enterprise.context.ApplicationScoped;
import org.apache.kafka.streams.KafkaStreams;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Reports readiness when every store is restored and the job processes records. */
@Readiness
@ApplicationScoped
class JobReadiness implements HealthCheck {
    private final KafkaStreams streams;
    private final RestoreMonitor restoreMonitor;

    JobReadiness(KafkaStreams streams, RestoreMonitor restoreMonitor) {
        this.streams = streams;
        this.restoreMonitor = restoreMonitor;
    }

    @Override
    public HealthCheckResponse call() {
        var state = streams.state();
        return HealthCheckResponse.named("Analytics job runs")
                .status(state == KafkaStreams.State.RUNNING)
                .withData("state", state.name())
                .withData("recordsToRestore", restoreMonitor.remaining())
                .build();
    }
}

package millrace.audit.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.util.List;
import millrace.audit.evidence.tree.TreeHead;
import org.eclipse.microprofile.health.HealthCheckResponse.Status;
import org.junit.jupiter.api.Test;

class EvidenceHealthTest {
    private static final Instant NOON = Instant.parse("2024-05-01T12:00:00Z");

    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final EvidenceHealth health = new EvidenceHealth(registry);

    @Test
    void nothing_is_said_of_what_is_unknown() {
        assertThat(health.call().getData()).isEmpty();
        assertThat(registry.getMeters())
                .hasSize(6)
                .allSatisfy(meter -> assertThat(
                                registry.get(meter.getId().getName()).gauge().value())
                        .isNaN());
    }

    @Test
    void health_and_metrics_say_what_is_signed_and_verified_and_the_last_verdict() {
        health.signed(new TreeHead("millrace/audit", 7, new byte[0], NOON.plusSeconds(10)));
        var chain = new ChainVerdict("clicks", 0, 9, 3, 9, 0, 2, 1, 0, 0, null, true, null);
        health.verified(new VerificationResult(NOON.plusSeconds(60), NOON, 6, 5, List.of(), List.of(chain)));

        assertThat(health.call().getStatus()).isEqualTo(Status.UP);
        assertThat(health.call().getData().orElseThrow())
                .containsEntry("signed", "7 segments, 2024-05-01T12:00:10Z")
                .containsEntry("verified", "6 segments, 2024-05-01T12:00:00Z")
                .containsEntry("verdict", "OK_WITH_GAPS, 2024-05-01T12:01:00Z")
                .containsEntry("gaps", 2L)
                .containsEntry("unproven", 1L);
        assertThat(gauge("audit.signed.segments")).isEqualTo(7);
        assertThat(gauge("audit.signed.time")).isEqualTo(NOON.getEpochSecond() + 10);
        assertThat(gauge("audit.verified.time")).isEqualTo(NOON.getEpochSecond());
        assertThat(gauge("audit.verdict")).isEqualTo(1);
        assertThat(gauge("audit.verdict.gaps")).isEqualTo(2);
        assertThat(gauge("audit.verdict.unproven")).isEqualTo(1);

        health.failed();
        assertThat(gauge("audit.verdict")).as("not finished").isEqualTo(3);
    }

    private double gauge(String name) {
        return registry.get(name).gauge().value();
    }
}

package millrace.audit.evidence;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.inject.Default;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import millrace.audit.evidence.tree.TreeHead;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/**
 * Tells in health and metrics what is signed, and the last verdict. It is always up: what stops archiving is down elsewhere,
 * and what is wrong is an alarm. Times in metrics are seconds since 1970; what is unknown is NaN, as in a process that does
 * not archive.
 */
@Default
@Readiness
@Singleton
class EvidenceHealth implements HealthCheck {
    private static final double MILLISECONDS = 1000;

    private volatile TreeHead signed;
    private volatile VerificationResult verdict;
    private volatile boolean failed;

    EvidenceHealth(MeterRegistry registry) {
        gauge(registry, "audit.signed.segments", health -> health.signed == null ? Double.NaN : health.signed.size());
        gauge(registry, "audit.signed.time", health -> seconds(health.signed == null ? null : health.signed.at()));
        gauge(
                registry,
                "audit.verdict",
                health -> health.failed
                        ? VerificationResult.Status.NOT_FINISHED.ordinal()
                        : ofVerdict(health, last -> last.status().ordinal()));
        gauge(registry, "audit.verdict.gaps", health -> ofVerdict(health, VerificationResult::gaps));
        gauge(registry, "audit.verdict.unproven", health -> ofVerdict(health, VerificationResult::unproven));
        gauge(registry, "audit.verified.time", health -> ofVerdict(health, last -> seconds(last.upTo())));
    }

    /** Sets the last checkpoint of this process; {@code null} if it does not archive. */
    void signed(TreeHead head) {
        signed = head;
    }

    /** Sets the last verdict. */
    void verified(VerificationResult result) {
        verdict = result;
        failed = false;
    }

    /** Says that the archive could not be verified since. */
    void failed() {
        failed = true;
    }

    /** Empty until the first verification has ended. */
    Optional<VerificationResult> verdict() {
        return Optional.ofNullable(verdict);
    }

    @Override
    public HealthCheckResponse call() {
        var response = HealthCheckResponse.named("evidence").up();
        if (signed != null) {
            response.withData("signed", "%d segments, %s".formatted(signed.size(), signed.at()));
        }
        if (verdict != null) {
            response.withData("verdict", "%s, %s".formatted(verdict.status(), verdict.at()));
            response.withData("verified", "%d segments, %s".formatted(verdict.size(), verdict.upTo()));
            response.withData("gaps", verdict.gaps());
            response.withData("unproven", verdict.unproven());
        }
        return response.build();
    }

    private void gauge(MeterRegistry registry, String name, ToDoubleFunction<EvidenceHealth> value) {
        Gauge.builder(name, this, value).register(registry);
    }

    private static double ofVerdict(EvidenceHealth health, ToDoubleFunction<VerificationResult> value) {
        return health.verdict == null ? Double.NaN : value.applyAsDouble(health.verdict);
    }

    private static double seconds(Instant time) {
        return time == null ? Double.NaN : time.toEpochMilli() / MILLISECONDS;
    }
}

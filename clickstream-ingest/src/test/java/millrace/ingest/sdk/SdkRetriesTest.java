package millrace.ingest.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import millrace.ingest.EdgePlatformResource;
import millrace.ingest.http.InFlightBudget;
import millrace.ingest.http.IngestConfig;
import millrace.ingest.publish.EventIds;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Existing clients retry when they are put off, and each of their messages then counts once. */
@QuarkusTest
@QuarkusTestResource(EdgePlatformResource.class)
@Tag("platform")
@Tag("long")
class SdkRetriesTest {
    @Inject
    InFlightBudget inFlight;

    @Inject
    IngestConfig config;

    @Inject
    MeterRegistry metrics;

    @BeforeAll
    static void install() {
        NpmClients.install();
    }

    @BeforeEach
    void needNode() {
        NpmClients.needNode();
    }

    @ParameterizedTest
    @ValueSource(strings = {"segment-node.js", "rudder-node.js"})
    void what_is_put_off_is_delivered_when_there_is_room_again(String script) {
        var visitor = "visitor-" + EventIds.next();
        var everything = config.maxInFlight().asLongValue();
        var from = Instant.now().minusSeconds(1);
        var before = putOff();

        inFlight.acquire(everything);
        try (var visit = NpmClients.visit(visitor, script)) {
            try {
                await().atMost(Duration.ofSeconds(60)).until(() -> putOff() > before);
            } finally {
                inFlight.release(everything);
            }

            var sent = SdkMessage.parse(visit.line());
            assertThat(sent).hasSize(7);
            assertThat(VisitorRecords.of(visitor, from).sent()).containsExactlyInAnyOrderElementsOf(sent);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"segment-node.js", "rudder-node.js"})
    void what_is_sent_again_because_the_answer_was_lost_is_a_repeat(String script) throws IOException {
        var visitor = "visitor-" + EventIds.next();
        var from = Instant.now().minusSeconds(1);
        var before = repeated();

        try (var proxy = new ResponseLosingProxy(NpmClients.edge());
                var visit = NpmClients.visitAt(proxy.url(), visitor, script)) {
            var sent = SdkMessage.parse(visit.line());

            var arrived = VisitorRecords.of(visitor, from);
            assertThat(sent).hasSize(7);
            assertThat(arrived.sent()).containsExactlyInAnyOrderElementsOf(sent);
            assertThat(arrived.rejected()).isEmpty();
            assertThat(proxy.lost()).isPositive();
            assertThat(repeated()).isGreaterThan(before);
        }
    }

    private double repeated() {
        var repeated = metrics.find("ingest.events")
                .tags("source", "shop", "outcome", "repeated")
                .counter();
        return repeated == null ? 0 : repeated.count();
    }

    private long putOff() {
        var answered = metrics.find("ingest.requests")
                .tags("route", "/v1/batch", "status", "429")
                .timer();
        return answered == null ? 0 : answered.count();
    }
}

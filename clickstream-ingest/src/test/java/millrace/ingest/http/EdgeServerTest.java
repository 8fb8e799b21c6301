package millrace.ingest.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import jakarta.inject.Inject;
import millrace.events.Channels;
import millrace.ingest.EdgePlatformResource;
import millrace.ingest.EdgeTestClient;
import millrace.ingest.PublishedRecords;
import millrace.ingest.segment.SegmentFixture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Defects of the edge's own code. */
@QuarkusTest
@QuarkusTestResource(EdgePlatformResource.class)
@Tag("platform")
class EdgeServerTest {
    private static final String PATH = "/v1/page";

    @Inject
    Routes routes;

    @Test
    void content_that_meets_a_defect_is_set_aside_and_nobody_is_told_to_repeat_it() {
        deploy(call -> {
            throw new IllegalStateException("a defect");
        });
        var response = put("{'userId':'u','messageId':'defect-1'}");

        assertThat(response.status()).isEqualTo(422);
        assertThat(response.json().path("title").asText()).isEqualTo("Unprocessable Content");
        assertThat(response.text()).doesNotContain("again");
        assertThat(response.header("Retry-After")).isEmpty();
        assertThat(PublishedRecords.recent(Channels.REJECTED_EVENTS))
                .filteredOn(record -> record.key().equals("shop/defect"))
                .singleElement()
                .satisfies(record -> assertThat(Channels.REJECTED_EVENTS
                                .value()
                                .deserializer()
                                .deserialize("rejected-events", record.value())
                                .original())
                        .isEqualTo(SegmentFixture.json("{'userId':'u','messageId':'defect-1'}")));
    }

    @Test
    void a_defect_after_writing_began_is_answered_without_a_claim() {
        deploy(call -> Future.failedFuture(new IllegalStateException("a defect")));
        var response = put("{'userId':'u'}");

        assertThat(response.status()).isEqualTo(500);
        assertThat(response.text()).contains("may have been taken").doesNotContain("again");
        assertThat(EdgeTestClient.metrics().text()).contains("ingest_defects_total");
    }

    @AfterEach
    void remove() {
        routes.methods(PATH).remove(HttpMethod.PUT);
    }

    private void deploy(Endpoint endpoint) {
        routes.add(HttpMethod.PUT, PATH, endpoint);
    }

    private static EdgeTestClient.Response put(String body) {
        return EdgeTestClient.send(
                "PUT", PATH + "?import=defect", SegmentFixture.json(body), "Authorization", EdgeTestClient.BASIC);
    }
}

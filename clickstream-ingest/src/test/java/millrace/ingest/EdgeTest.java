package millrace.ingest;

import static millrace.ingest.EdgeTestClient.post;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import millrace.events.Channels;
import millrace.events.CloudEvents;
import millrace.ingest.http.InFlightBudget;
import millrace.ingest.http.IngestConfig;
import millrace.ingest.segment.SegmentFixture;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@QuarkusTestResource(EdgePlatformResource.class)
@Tag("platform")
class EdgeTest {
    private static final String VIEW = "{'anonymousId':'v','messageId':'%s'}";

    @Inject
    IngestConfig config;

    @Inject
    InFlightBudget inFlight;

    @Test
    void an_event_is_in_the_log_when_it_is_answered() {
        var before = Instant.now();
        var response = post("/v1/page", VIEW.formatted("e-1"), "ce_type", "mine", "REPLY_TOPIC", "mine");

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.text()).isEqualTo("{\"success\":true}");
        assertThat(PublishedRecords.records(Channels.CLICKS, "e-1"))
                .singleElement()
                .satisfies(record -> {
                    assertThat(record.key()).isEqualTo("v");
                    assertThat(record.timestamp()).isBetween(before.toEpochMilli(), System.currentTimeMillis());
                    assertThat(record.headers())
                            .extracting(Header::key)
                            .containsExactlyInAnyOrder(
                                    "ce_specversion",
                                    "ce_id",
                                    "ce_type",
                                    "ce_source",
                                    "ce_time",
                                    "content-type",
                                    "digest",
                                    "traceparent");
                    assertThat(CloudEvents.text(record.headers(), CloudEvents.TYPE))
                            .isEqualTo("clicks.page");
                });
    }

    @Test
    void a_faulty_message_costs_only_itself() {
        var response =
                post("/v1/batch", "{'batch':[{'type':'page','userId':'u','messageId':'e-2'},{'messageId':'e-3'}]}");

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.json().path("success").asBoolean()).isTrue();
        assertThat(response.json().path("rejected").path(0).path("index").asInt())
                .isEqualTo(1);
        assertThat(response.json().path("rejected").path(0).path("reasons")).hasSize(2);
        assertThat(PublishedRecords.records(Channels.CLICKS, "e-2")).hasSize(1);
        assertThat(PublishedRecords.records(
                        Channels.REJECTED_EVENTS, Instant.now().minusSeconds(120), "e-3"))
                .hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "a/b"})
    void the_body_is_json_whatever_the_content_type_says(String type) {
        assertThat(post("/v1/page", VIEW.formatted("e-" + type), "Content-Type", type)
                        .status())
                .isEqualTo(200);
        assertThat(PublishedRecords.records(Channels.CLICKS, "e-" + type)).hasSize(1);
    }

    @Test
    void an_import_is_a_source_of_its_own_and_keeps_its_times() {
        var batch = "{'sentAt':'2015-05-17T11:00:00Z','batch':"
                + "[{'type':'page','userId':'u','messageId':'e-4','timestamp':'2015-05-17T10:05:00Z'}]}";

        assertThat(post("/v1/import?import=may-2015", batch).status()).isEqualTo(200);
        var headers =
                PublishedRecords.records(Channels.CLICKS, "e-4").getFirst().headers();
        assertThat(CloudEvents.text(headers, CloudEvents.SOURCE)).isEqualTo("shop/may-2015");
        assertThat(CloudEvents.text(headers, CloudEvents.TIME)).isEqualTo("2015-05-17T10:05:00Z");
        assertThat(post("/v1/import?import=may/2015", batch).status()).isEqualTo(400);
    }

    @Test
    void a_write_key_is_taken_from_wherever_it_is() {
        var key = EdgePlatformResource.WRITE_KEY;
        var inBody = "{'userId':'u','writeKey':'" + key + "'}";

        assertThat(EdgeTestClient.postWithoutKey("/v1/page", inBody).status()).isEqualTo(200);
        assertThat(EdgeTestClient.postWithoutKey("/v1/page?writeKey=" + key, "{'userId':'u'}")
                        .status())
                .isEqualTo(200);
        assertThat(EdgeTestClient.postWithoutKey("/v1/page", "{'userId':'u'}", "x-write-key", key)
                        .status())
                .isEqualTo(200);
    }

    @Test
    void nobody_else_may_write() {
        var wrong = "Basic " + Base64.getEncoder().encodeToString("wrong:".getBytes());
        var responses = List.of(
                EdgeTestClient.postWithoutKey("/v1/page", VIEW.formatted("e-5")),
                EdgeTestClient.postWithoutKey("/v1/page?writeKey=wrong", VIEW.formatted("e-5")),
                EdgeTestClient.postWithoutKey("/v1/page", VIEW.formatted("e-5"), "Authorization", wrong),
                EdgeTestClient.postWithoutKey("/v1/page", VIEW.formatted("e-5"), "Authorization", "Basic ?"),
                EdgeTestClient.postWithoutKey("/v1/batch", "no JSON"),
                EdgeTestClient.postWithoutKey("/orders", "{'orderId':'e-5'}"));

        assertThat(responses).allSatisfy(response -> {
            assertThat(response.status()).isEqualTo(401);
            assertThat(response.header("Content-Type")).hasValue("application/problem+json");
            assertThat(response.json().path("title").asText()).isEqualTo("Unauthorized");
        });
        assertThat(PublishedRecords.records(Channels.CLICKS, "e-5")).isEmpty();
    }

    @Test
    void a_body_that_is_no_json_is_refused_and_kept() {
        var response = post("/v1/batch?import=broken", "{'batch':[{'type':'page'}");

        assertThat(response.status()).isEqualTo(400);
        assertThat(response.json().path("detail").asText()).startsWith("The body is not JSON in UTF-8: see line 1");
        assertThat(PublishedRecords.recent(Channels.REJECTED_EVENTS))
                .filteredOn(record -> record.key().equals("shop/broken"))
                .singleElement()
                .satisfies(record -> assertThat(Channels.REJECTED_EVENTS
                                .value()
                                .deserializer()
                                .deserialize("rejected-events", record.value())
                                .original())
                        .isEqualTo(SegmentFixture.json("{'batch':[{'type':'page'}")));
    }

    @Test
    void what_is_too_long_is_refused() {
        assertThat(post("/v1/batch", "{'batch':[],'x':'" + "x".repeat(512_000) + "'}")
                        .status())
                .isEqualTo(413);
        assertThat(post("/v1/batch", "x".repeat(1_100_000)).status()).isEqualTo(413);
    }

    @Test
    void more_than_may_be_in_flight_is_put_off() {
        inFlight.acquire(config.maxInFlight().asLongValue());
        var response = post("/v1/page", VIEW.formatted("e-6"));
        inFlight.release(config.maxInFlight().asLongValue());

        assertThat(response.status()).isEqualTo(429);
        assertThat(response.header("Retry-After")).hasValue("1");
        assertThat(post("/v1/page", VIEW.formatted("e-6")).status()).isEqualTo(200);
    }
}

package millrace.ingest.source;

import static millrace.ingest.Http.postAsStranger;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import millrace.events.Channels;
import millrace.ingest.Batch;
import millrace.ingest.Http;
import millrace.ingest.PlatformResource;
import millrace.ingest.Topics;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a source may send, from where, and how much of it. */
@QuarkusTest
@QuarkusTestResource(PlatformResource.class)
@Tag("platform")
class RulesTest {
    private static final String STRICT = "x-write-key";

    @Test
    void pages_of_other_sites_are_refused_and_may_not_read_why() {
        var own = strict("/v1/page", "{'userId':'u','messageId':'r-1'}", "Origin", "https://shop.example");
        var other = strict("/v1/page", "{'userId':'u','messageId':'r-2'}", "Origin", "https://other.example");

        assertThat(own.status()).isEqualTo(200);
        assertThat(own.header("Access-Control-Allow-Origin")).hasValue("https://shop.example");
        assertThat(other.status()).isEqualTo(403);
        assertThat(other.header("Access-Control-Allow-Origin")).isEmpty();
        assertThat(other.text()).contains("Pages of this origin may not send as the source strict.");
        assertThat(Topics.records(Channels.CLICKS, "r-2")).isEmpty();
    }

    @Test
    void a_kind_that_is_not_allowed_is_rejected_on_its_own() {
        var answer = strict(
                "/v1/batch",
                "{'batch':[{'type':'page','userId':'u','messageId':'r-3'},"
                        + "{'type':'track','event':'e','userId':'u','messageId':'r-4'}]}");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).contains("The source strict may not send track");
        assertThat(Topics.records(Channels.CLICKS, "r-3")).hasSize(1);
        assertThat(Topics.records(Channels.REJECTED_EVENTS, "r-4")).hasSize(1);
    }

    @Test
    void a_key_that_was_revoked_is_forbidden() {
        assertThat(postAsStranger("/v1/page", "{'userId':'u'}", STRICT, PlatformResource.REVOKED_KEY)
                        .status())
                .isEqualTo(403);
    }

    @Test
    void who_sends_more_than_the_quota_is_told_when_to_come_again() {
        var batch = "{'batch':[{'type':'page','userId':'u'}" + ",{'type':'page','userId':'u'}".repeat(9) + "]}";

        var first = postAsStranger("/v1/batch", batch, STRICT, PlatformResource.SLOW_KEY);
        var second = postAsStranger("/v1/batch", batch, STRICT, PlatformResource.SLOW_KEY);

        assertThat(first.status()).isEqualTo(200);
        assertThat(second.status()).isEqualTo(429);
        assertThat(Integer.parseInt(second.header("Retry-After").orElseThrow())).isBetween(1, 10);
        assertThat(second.text()).contains("The source slow sends more events a second than it may.");
    }

    @Test
    void a_browser_leaves_what_its_source_allows_of_its_address() {
        Http.post("/v1/page", "{'userId':'u','messageId':'r-6'}", "Origin", "https://shop.example");
        Http.post("/v1/page", "{'userId':'u','messageId':'r-7'}");

        assertThat(Batch.text(Topics.records(Channels.CLICKS, "r-6").getFirst().value()))
                .contains("'address':'127.0.0.0'");
        assertThat(Batch.text(Topics.records(Channels.CLICKS, "r-7").getFirst().value()))
                .doesNotContain("address");
    }

    @Test
    void a_visitor_who_asks_for_privacy_is_not_followed() {
        var answer = Http.post(
                "/v1/page", "{'userId':'u','messageId':'r-8'}", "Origin", "https://shop.example", "Sec-GPC", "1");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(Topics.records(Channels.CLICKS, "r-8")).isEmpty();
        assertThat(Http.metrics().text()).contains("ingest_events_total{outcome=\"declined\",source=\"shop\"} ");
    }

    @Test
    void a_repeat_of_what_is_durable_is_not_written_again() {
        for (int i = 0; i < 3; i++) {
            assertThat(Http.post("/v1/page", "{'userId':'u','messageId':'r-9'}").status())
                    .isEqualTo(200);
        }

        assertThat(Topics.records(Channels.CLICKS, "r-9")).hasSize(1);
        assertThat(Http.metrics().text()).contains("ingest_events_total{outcome=\"repeated\",source=\"shop\"} ");
    }

    private static Http.Answer strict(String path, String body, String... headers) {
        var separator = path.contains("?") ? "&" : "?";
        return postAsStranger(path + separator + "writeKey=" + PlatformResource.STRICT_KEY, body, headers);
    }
}

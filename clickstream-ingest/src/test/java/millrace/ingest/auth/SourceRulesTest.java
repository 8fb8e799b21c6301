package millrace.ingest.auth;

import static millrace.ingest.EdgeTestClient.postWithoutKey;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Instant;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import millrace.events.Channels;
import millrace.events.CloudEvents;
import millrace.ingest.EdgePlatformResource;
import millrace.ingest.EdgeTestClient;
import millrace.ingest.PublishedRecords;
import millrace.ingest.segment.SegmentFixture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Rules for the kinds, origins and rates of a source. */
@QuarkusTest
@QuarkusTestResource(EdgePlatformResource.class)
@Tag("platform")
class SourceRulesTest {
    private static final String STRICT = "x-write-key";

    private final Instant from = Instant.now().minusSeconds(1);

    @Test
    void pages_of_other_sites_are_refused_and_may_not_read_why() {
        var own = strict("/v1/page", "{'userId':'u','messageId':'r-1'}", "Origin", "https://shop.example");
        var other = strict("/v1/page", "{'userId':'u','messageId':'r-2'}", "Origin", "https://other.example");

        assertThat(own.status()).isEqualTo(200);
        assertThat(own.header("Access-Control-Allow-Origin")).hasValue("https://shop.example");
        assertThat(other.status()).isEqualTo(403);
        assertThat(other.header("Access-Control-Allow-Origin")).isEmpty();
        assertThat(other.text()).contains("Pages of this origin may not send as the source strict.");
        assertThat(PublishedRecords.records(Channels.CLICKS, "r-2")).isEmpty();
    }

    @Test
    void a_kind_that_is_not_allowed_is_rejected_on_its_own() {
        var response = strict(
                "/v1/batch",
                "{'batch':[{'type':'page','userId':'u','messageId':'r-3'},"
                        + "{'type':'track','event':'e','userId':'u','messageId':'r-4'}]}");

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.text()).contains("The source strict may not send track");
        assertThat(PublishedRecords.records(Channels.CLICKS, "r-3")).hasSize(1);
        assertThat(PublishedRecords.records(
                        Channels.REJECTED_EVENTS, Instant.now().minusSeconds(120), "r-4"))
                .hasSize(1);
    }

    @Test
    void a_key_that_everybody_can_read_touches_no_order() {
        var events = "'%s','properties':{'order_id':'r-20','total':5,'products':[]}}";
        var batch = "{'batch':["
                + Stream.of("Completed", "Updated", "Refunded", "Cancelled")
                        .map(done -> "{'type':'track','userId':'u','messageId':'r-20-" + done + "','event':"
                                + events.formatted("Order " + done))
                        .collect(Collectors.joining(","))
                + ",{'type':'track','userId':'u','messageId':'r-21','event':'Product Added'}]}";
        var order = "{'orderId':'r-20','currency':'GBP','lines':[]}";
        var key = EdgePlatformResource.PUBLIC_KEY;
        var cloudEvent = "{'specversion':'1.0','id':'r-22','source':'/a','type':'Order Cancelled','partitionkey':'v',"
                + "'data':{'order_id':'r-20'}}";

        var responses = postWithoutKey("/v1/batch", batch, STRICT, key);

        assertThat(responses.status()).isEqualTo(200);
        assertThat(responses.json().path("rejected"))
                .extracting(rejected -> rejected.path("reasons").path(0).asText())
                .containsExactly(
                        "The source site may not send order",
                        "The source site may not send change",
                        "The source site may not send refund",
                        "The source site may not send cancellation");
        assertThat(EdgeTestClient.metrics().text())
                .as("an order that is lost for want of a rule is loud")
                .contains("ingest_orders_unreadable_total{channel=\"rejected-events\",source=\"site\"} ");
        assertThat(postWithoutKey("/orders", order, STRICT, key).status()).isEqualTo(403);
        assertThat(postWithoutKey("/orders?for=shop", order, STRICT, key).status())
                .isEqualTo(403);
        assertThat(postWithoutKey("/v1/batch?for=shop", batch, STRICT, key).status())
                .isEqualTo(403);
        assertThat(postWithoutKey("/events", cloudEvent, STRICT, key, "Content-Type", "application/cloudevents+json")
                        .status())
                .isEqualTo(400);
        assertThat(PublishedRecords.records(Channels.TRANSACTIONS, from))
                .noneMatch(record -> record.key().endsWith("r-20"));
        assertThat(PublishedRecords.records(Channels.CLICKS, from, "r-21")).hasSize(1);
        assertThat(PublishedRecords.records(Channels.REJECTED_EVENTS, from, "r-20-Completed"))
                .hasSize(1);
    }

    @Test
    void two_sources_may_both_have_an_order_of_one_number_and_one_may_act_for_the_other() {
        var order = "{'orderId':'r-23','currency':'GBP','lines':[]}";
        var cancelled = "{'userId':'u','messageId':'r-24','event':'Order Cancelled','properties':{'order_id':'r-23'}}";
        var refunded = cancelled.replace("r-24", "r-25").replace("Cancelled", "Refunded");
        var warehouse = EdgePlatformResource.WAREHOUSE_KEY;

        var shops = EdgeTestClient.post("/orders?import=old", order);
        var own = postWithoutKey("/orders", order, STRICT, warehouse);
        postWithoutKey("/v1/track?for=shop", cancelled, STRICT, warehouse);
        postWithoutKey("/v1/track?for=shop", refunded, STRICT, warehouse);

        assertThat(shops.json().path("orderId").asText()).isEqualTo("shop/r-23");
        assertThat(own.json().path("orderId").asText()).isEqualTo("warehouse/r-23");
        assertThat(PublishedRecords.records(Channels.TRANSACTIONS, from, "r-24"))
                .singleElement()
                .satisfies(record -> {
                    assertThat(record.key()).isEqualTo("shop/r-23");
                    assertThat(CloudEvents.text(record.headers(), CloudEvents.SOURCE))
                            .isEqualTo("warehouse");
                });
        assertThat(PublishedRecords.records(Channels.TRANSACTIONS, from, "r-25"))
                .isEmpty();
        assertThat(postWithoutKey("/orders?for=slow", order, STRICT, warehouse).status())
                .isEqualTo(403);
    }

    @Test
    void an_order_that_cannot_be_read_is_counted_and_alarmed() {
        var response = EdgeTestClient.post(
                "/v1/track",
                "{'userId':'u','messageId':'r-26','event':'Order Completed','properties':{'order_id':'r-26','total':'?'}}");
        EdgeTestClient.post("/v1/track", "{'userId':'u','messageId':'r-27','event':'Order Completed','properties':{}}");

        assertThat(response.text()).contains("properties.total must be a decimal");
        assertThat(PublishedRecords.records(Channels.TRANSACTIONS, from, "r-26"))
                .hasSize(1);
        assertThat(PublishedRecords.records(Channels.REJECTED_EVENTS, from, "r-27"))
                .hasSize(1);
        assertThat(EdgeTestClient.metrics().text())
                .contains(
                        "ingest_orders_unreadable_total{channel=\"transactions\",source=\"shop\"} ",
                        "ingest_orders_unreadable_total{channel=\"rejected-events\",source=\"shop\"} ");
    }

    @Test
    void a_key_that_was_revoked_is_forbidden() {
        assertThat(postWithoutKey("/v1/page", "{'userId':'u'}", STRICT, EdgePlatformResource.REVOKED_KEY)
                        .status())
                .isEqualTo(403);
    }

    @Test
    void who_sends_more_than_the_quota_is_told_when_to_come_again() {
        var batch = "{'batch':[{'type':'page','userId':'u'}" + ",{'type':'page','userId':'u'}".repeat(9) + "]}";

        var first = postWithoutKey("/v1/batch", batch, STRICT, EdgePlatformResource.SLOW_KEY);
        var second = postWithoutKey("/v1/batch", batch, STRICT, EdgePlatformResource.SLOW_KEY);

        assertThat(first.status()).isEqualTo(200);
        assertThat(second.status()).isEqualTo(429);
        assertThat(Integer.parseInt(second.header("Retry-After").orElseThrow())).isBetween(1, 10);
        assertThat(second.text()).contains("The source slow sends more events a second than it may.");
    }

    @Test
    void a_browser_leaves_what_its_source_allows_of_its_address() {
        EdgeTestClient.post("/v1/page", "{'userId':'u','messageId':'r-6'}", "Origin", "https://shop.example");
        EdgeTestClient.post("/v1/page", "{'userId':'u','messageId':'r-7'}");

        assertThat(SegmentFixture.text(PublishedRecords.records(Channels.CLICKS, "r-6")
                        .getFirst()
                        .value()))
                .contains("'address':'127.0.0.0'");
        assertThat(SegmentFixture.text(PublishedRecords.records(Channels.CLICKS, "r-7")
                        .getFirst()
                        .value()))
                .doesNotContain("address");
    }

    @Test
    void a_visitor_who_asks_for_privacy_is_not_followed() {
        var response = EdgeTestClient.post(
                "/v1/page", "{'userId':'u','messageId':'r-8'}", "Origin", "https://shop.example", "Sec-GPC", "1");

        assertThat(response.status()).isEqualTo(200);
        assertThat(PublishedRecords.records(Channels.CLICKS, "r-8")).isEmpty();
        assertThat(EdgeTestClient.metrics().text())
                .contains("ingest_events_total{outcome=\"declined\",source=\"shop\"} ");
    }

    @Test
    void a_repeat_of_what_is_durable_is_not_written_again() {
        for (int i = 0; i < 3; i++) {
            assertThat(EdgeTestClient.post("/v1/page", "{'userId':'u','messageId':'r-9'}")
                            .status())
                    .isEqualTo(200);
        }

        assertThat(PublishedRecords.records(Channels.CLICKS, "r-9")).hasSize(1);
        assertThat(EdgeTestClient.metrics().text())
                .contains("ingest_events_total{outcome=\"repeated\",source=\"shop\"} ");
    }

    private static EdgeTestClient.Response strict(String path, String body, String... headers) {
        var separator = path.contains("?") ? "&" : "?";
        return postWithoutKey(path + separator + "writeKey=" + EdgePlatformResource.STRICT_KEY, body, headers);
    }
}

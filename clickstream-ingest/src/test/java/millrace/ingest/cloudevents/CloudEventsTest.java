package millrace.ingest.cloudevents;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.Base64;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import millrace.events.Channels;
import millrace.events.TransactionEvent.CancellationRequested;
import millrace.ingest.EdgePlatformResource;
import millrace.ingest.EdgeTestClient;
import millrace.ingest.PublishedRecords;
import millrace.ingest.segment.SegmentFixture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(EdgePlatformResource.class)
@Tag("platform")
class CloudEventsTest {
    private static final String EVENT =
            "{'specversion':'1.0','id':'%s','source':'/shop','type':'Product Added','partitionkey':'ann'}";

    @Test
    void a_binary_event_has_its_attributes_in_headers() {
        var response = EdgeTestClient.post(
                "/events",
                "{'product_id':'lamp'}",
                "ce-specversion",
                "1.0",
                "ce-id",
                "c-1",
                "ce-source",
                "/caf%C3%A9",
                "ce-type",
                "Product%20Added",
                "ce-partitionkey",
                "ann",
                "ce-time",
                "2024-05-01T12:00:00Z",
                "Content-Type",
                "application/json; charset=utf-8");

        assertThat(response.status()).isEqualTo(200);
        var record = PublishedRecords.records(Channels.CLICKS, "/café c-1").getFirst();
        assertThat(record.key()).isEqualTo("ann");
        assertThat(SegmentFixture.text(record.value()))
                .startsWith("{'type':'track','messageId':'/café c-1','source':'shop','anonymousId':'ann'")
                .contains("'timestamp':'2024-05-01T12:00:00Z'")
                .contains("'event':'Product Added'")
                .contains("'cloudevent':{")
                .contains("'source':'/café'")
                .contains("'properties':{'product_id':'lamp'}");
    }

    @Test
    void a_structured_event_is_one_json_object() {
        assertThat(structured(EVENT.formatted("c-2").replace("}", ",'data':[1, 2],'subject':'s'}"))
                        .status())
                .isEqualTo(200);
        assertThat(SegmentFixture.text(PublishedRecords.records(Channels.CLICKS, "/shop c-2")
                        .getFirst()
                        .value()))
                .contains("'subject':'s'")
                .contains("'properties':{'data':[1, 2]}");
    }

    @Test
    void a_batch_is_taken_whole_or_not_at_all() {
        assertThat(batched("[" + EVENT.formatted("c-3") + "," + EVENT.formatted("c-4") + "]")
                        .status())
                .isEqualTo(200);
        assertThat(PublishedRecords.records(Channels.CLICKS, "/shop c-4")).hasSize(1);
        assertThat(batched("[]").status()).isEqualTo(200);

        var faulty = batched("[" + EVENT.formatted("c-5") + ",{'specversion':'0.3','id':'c-6'}]");
        assertThat(faulty.status()).isEqualTo(400);
        assertThat(faulty.header("Content-Type")).hasValue("application/problem+json");
        assertThat(faulty.json().path("errors"))
                .extracting(error -> error.asText())
                .containsExactly("[1].specversion must be 1.0", "[1].source is required", "[1].type is required");
        assertThat(PublishedRecords.records(Channels.CLICKS, "/shop c-5")).isEmpty();
    }

    @Test
    void an_order_is_one_here_too() {
        var event = EVENT.formatted("c-7").replace("Product Added", "Order Cancelled");
        assertThat(structured(event.replace("}", ",'data':{'order_id':'o-7'}}")).status())
                .isEqualTo(200);
        var record =
                PublishedRecords.records(Channels.TRANSACTIONS, "/shop c-7").getFirst();
        assertThat(record.key()).isEqualTo("shop/o-7");
        assertThat(Channels.TRANSACTIONS.value().deserializer().deserialize("", record.value()))
                .isInstanceOf(CancellationRequested.class);

        assertThat(structured(event).text()).contains("data.order_id is required");
    }

    @Test
    void data_that_is_no_json_becomes_text() {
        var response = EdgeTestClient.send(
                "PUT",
                "/events",
                "hello \"you\"".getBytes(UTF_8),
                "Authorization",
                EdgeTestClient.BASIC,
                "ce-specversion",
                "1.0",
                "ce-id",
                "c-8",
                "ce-source",
                "s",
                "ce-type",
                "t",
                "ce-partitionkey",
                "k",
                "Content-Type",
                "text/plain");

        assertThat(response.status()).isEqualTo(200);
        assertThat(new String(
                        PublishedRecords.records(Channels.CLICKS, "s c-8")
                                .getFirst()
                                .value(),
                        UTF_8))
                .contains("\"properties\":{\"data\":\"hello \\\"you\\\"\"}");
    }

    @Test
    void events_of_two_sources_with_one_id_are_two_records() {
        assertThat(structured(EVENT.formatted("c-10")).status()).isEqualTo(200);
        assertThat(structured(EVENT.formatted("c-10").replace("/shop", "/shop#2"))
                        .status())
                .isEqualTo(200);
        assertThat(structured(EVENT.formatted("c-10")).status()).isEqualTo(200);

        assertThat(PublishedRecords.records(Channels.CLICKS, "/shop c-10")).hasSize(1);
        assertThat(PublishedRecords.records(Channels.CLICKS, "/shop#2 c-10")).hasSize(1);
    }

    @Test
    void an_order_in_base64_is_placed() {
        var order = "{'order_id':'o-11'}".replace('\'', '"').getBytes(UTF_8);
        var event = EVENT.formatted("c-11").replace("Product Added", "Order Cancelled");
        var data = "'datacontenttype':'application/json','data_base64':'"
                + Base64.getEncoder().encodeToString(order) + "'}";

        assertThat(structured(event.replace("}", "," + data)).status()).isEqualTo(200);
        assertThat(PublishedRecords.records(Channels.TRANSACTIONS, "/shop c-11"))
                .singleElement()
                .satisfies(record -> assertThat(record.key()).isEqualTo("shop/o-11"));
    }

    @Test
    void an_order_whose_data_is_not_json_by_its_type_is_refused_with_a_sentence_about_it() {
        var response = EdgeTestClient.post(
                "/events",
                "{'order_id':'o-17'}",
                "ce-specversion",
                "1.0",
                "ce-id",
                "c-17",
                "ce-source",
                "/shop",
                "ce-type",
                "Order%20Cancelled");

        assertThat(response.status()).isEqualTo(400);
        assertThat(response.text()).contains("data must be JSON here, and its content type does not say so");
    }

    @Test
    void text_without_a_content_type_is_data_as_it_came() {
        assertThat(binary("c-12", "hello world").status()).isEqualTo(200);
        assertThat(SegmentFixture.text(PublishedRecords.records(Channels.CLICKS, "/shop c-12")
                        .getFirst()
                        .value()))
                .contains("'properties':{'data':'hello world'}");
    }

    @Test
    void hostile_bodies_are_refused_and_never_the_edges_fault() {
        assertThat(binary("c-13", " ", "Content-Type", "application/json").status())
                .isEqualTo(400);
        assertThat(binary("c-14", "[".repeat(32) + "]".repeat(32), "Content-Type", "application/json")
                        .status())
                .isEqualTo(200);
        assertThat(binary("c-15", "[".repeat(33) + "]".repeat(33), "Content-Type", "application/json")
                        .status())
                .isEqualTo(400);
        assertThat(binary("c-16", "{}", "ce-subject", "a%ff%fe").text()).contains("ce-subject");
        var many = IntStream.range(0, 17_000).mapToObj(i -> "'A" + i + "':[]").collect(joining(",", "{", "}"));
        var refused = structured(many);
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.text()).hasSizeLessThan(20_000);
    }

    @Test
    void other_formats_and_broken_bodies_are_refused() {
        assertThat(EdgeTestClient.post("/events", "<x/>", "Content-Type", "application/cloudevents+xml")
                        .status())
                .isEqualTo(415);
        assertThat(structured("[]").status()).isEqualTo(400);
        assertThat(structured("{").status()).isEqualTo(400);
        assertThat(batched("[1]").status()).isEqualTo(400);
        assertThat(structured(EVENT.formatted("c-9") + "{}").status()).isEqualTo(400);
        assertThat(EdgeTestClient.post("/events", "{}", "Content-Type", "application/json")
                        .text())
                .contains("id is required");
        assertThat(EdgeTestClient.post("/events", "{}", "ce-id", "%zz").text())
                .contains("the header ce-id must be percent-encoded UTF-8");
    }

    private static EdgeTestClient.Response binary(String id, String body, String... headers) {
        var required = Stream.of(
                "ce-specversion", "1.0", "ce-id", id, "ce-source", "/shop", "ce-type", "t", "ce-partitionkey", "ann");
        return EdgeTestClient.post(
                "/events", body, Stream.concat(required, Stream.of(headers)).toArray(String[]::new));
    }

    private static EdgeTestClient.Response structured(String body) {
        return EdgeTestClient.post("/events", body, "Content-Type", "application/cloudevents+json; charset=utf-8");
    }

    private static EdgeTestClient.Response batched(String body) {
        return EdgeTestClient.post("/events", body, "Content-Type", "application/cloudevents-batch+json");
    }
}

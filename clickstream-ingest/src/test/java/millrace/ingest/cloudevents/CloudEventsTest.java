package millrace.ingest.cloudevents;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import millrace.events.Channels;
import millrace.events.TransactionEvent.CancellationRequested;
import millrace.ingest.Batch;
import millrace.ingest.Http;
import millrace.ingest.PlatformResource;
import millrace.ingest.Topics;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(PlatformResource.class)
@Tag("platform")
class CloudEventsTest {
    private static final String EVENT =
            "{'specversion':'1.0','id':'%s','source':'/shop','type':'Product Added','partitionkey':'ann'}";

    @Test
    void a_binary_event_has_its_attributes_in_headers() {
        var answer = Http.post(
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

        assertThat(answer.status()).isEqualTo(200);
        var record = Topics.records(Channels.CLICKS, "c-1").getFirst();
        assertThat(record.key()).isEqualTo("ann");
        assertThat(Batch.text(record.value()))
                .startsWith("{'type':'track','messageId':'c-1','source':'shop','anonymousId':'ann'")
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
        assertThat(Batch.text(Topics.records(Channels.CLICKS, "c-2").getFirst().value()))
                .contains("'subject':'s'")
                .contains("'properties':{'data':[1, 2]}");
    }

    @Test
    void a_batch_is_taken_whole_or_not_at_all() {
        assertThat(batched("[" + EVENT.formatted("c-3") + "," + EVENT.formatted("c-4") + "]")
                        .status())
                .isEqualTo(200);
        assertThat(Topics.records(Channels.CLICKS, "c-4")).hasSize(1);
        assertThat(batched("[]").status()).isEqualTo(200);

        var faulty = batched("[" + EVENT.formatted("c-5") + ",{'specversion':'0.3','id':'c-6'}]");
        assertThat(faulty.status()).isEqualTo(400);
        assertThat(faulty.header("Content-Type")).hasValue("application/problem+json");
        assertThat(faulty.json().path("errors"))
                .extracting(error -> error.asText())
                .containsExactly(
                        "[1].specversion must be 1.0",
                        "[1].source is required",
                        "[1].type is required",
                        "[1].the extension partitionkey is required: it is the record's key");
        assertThat(Topics.records(Channels.CLICKS, "c-5")).isEmpty();
    }

    @Test
    void an_order_is_one_here_too() {
        var event = EVENT.formatted("c-7").replace("Product Added", "Order Cancelled");
        assertThat(structured(event.replace("}", ",'data':{'order_id':'o-7'}}")).status())
                .isEqualTo(200);
        var record = Topics.records(Channels.TRANSACTIONS, "c-7").getFirst();
        assertThat(record.key()).isEqualTo("o-7");
        assertThat(Channels.TRANSACTIONS.value().deserializer().deserialize("", record.value()))
                .isInstanceOf(CancellationRequested.class);

        assertThat(structured(event).text()).contains("properties.order_id is required");
    }

    @Test
    void data_that_is_no_json_becomes_text() {
        var answer = Http.send(
                "PUT",
                "/events",
                "hello \"you\"".getBytes(UTF_8),
                "Authorization",
                Http.BASIC,
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

        assertThat(answer.status()).isEqualTo(200);
        assertThat(new String(Topics.records(Channels.CLICKS, "c-8").getFirst().value(), UTF_8))
                .contains("\"properties\":{\"data\":\"hello \\\"you\\\"\"}");
    }

    @Test
    void other_formats_and_broken_bodies_are_refused() {
        assertThat(Http.post("/events", "<x/>", "Content-Type", "application/cloudevents+xml")
                        .status())
                .isEqualTo(415);
        assertThat(structured("[]").status()).isEqualTo(400);
        assertThat(structured("{").status()).isEqualTo(400);
        assertThat(batched("[1]").status()).isEqualTo(400);
        assertThat(structured(EVENT.formatted("c-9") + "{}").status()).isEqualTo(400);
        assertThat(Http.post("/events", "{}", "Content-Type", "application/json")
                        .text())
                .contains("id is required");
        assertThat(Http.post("/events", "{}", "ce-id", "%zz").text())
                .contains("The header ce-id is not percent-encoded.");
    }

    private static Http.Answer structured(String body) {
        return Http.post("/events", body, "Content-Type", "application/cloudevents+json; charset=utf-8");
    }

    private static Http.Answer batched(String body) {
        return Http.post("/events", body, "Content-Type", "application/cloudevents-batch+json");
    }
}

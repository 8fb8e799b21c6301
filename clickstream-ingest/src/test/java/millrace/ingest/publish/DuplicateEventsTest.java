package millrace.ingest.publish;

import static millrace.ingest.EdgeTestClient.post;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Instant;
import java.util.List;
import millrace.events.Channel;
import millrace.events.Channels;
import millrace.events.CloudEvents;
import millrace.ingest.EdgePlatformResource;
import millrace.ingest.EdgeTestClient;
import millrace.ingest.PublishedRecords;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An equal event under a known id is a duplicate; a different one is named, and never taken for it. */
@QuarkusTest
@QuarkusTestResource(EdgePlatformResource.class)
@Tag("platform")
class DuplicateEventsTest {
    private static final String LINES = "'lines':[{'productId':'p','quantity':1,'unitPrice':5}]";

    private final Instant from = Instant.now().minusSeconds(1);

    @Test
    void an_idempotency_key_is_of_one_order() {
        var order = "{'orderId':'i-1','currency':'EUR','total':%s," + LINES + "}";
        var other = "{'orderId':'i-2','currency':'EUR'," + LINES + "}";

        assertThat(place(order.formatted("5"), "i-1").status()).isEqualTo(202);
        assertThat(place(order.formatted("'5.00'"), "i-1").status()).isEqualTo(202);
        var conflict = place(other, "i-1");

        assertThat(conflict.status()).isEqualTo(422);
        assertThat(conflict.json().path("title").asText()).isEqualTo("Unprocessable Content");
        assertThat(conflict.json().path("detail").asText())
                .isEqualTo("Another order came before with this Idempotency-Key. Nothing was written; send it with an"
                        + " Idempotency-Key of its own.");
        assertThat(PublishedRecords.records(Channels.TRANSACTIONS, from, "i-1"))
                .singleElement()
                .satisfies(record -> assertThat(digest(record)).matches("[0-9a-f]{32}"));
        assertThat(place(other, "i-3").status()).isEqualTo(202);
    }

    @Test
    void a_cloud_event_with_the_id_of_another_is_refused() {
        var event = "{'specversion':'1.0','id':'i-4','source':'/a','type':'%s','partitionkey':'v'}";

        assertThat(cloudEvent(event.formatted("Lamp lit")).status()).isEqualTo(200);
        assertThat(cloudEvent(event.formatted("Lamp lit")).status()).isEqualTo(200);
        assertThat(cloudEvent(event.formatted("Lamp out")).status()).isEqualTo(422);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "clicks | 'event':'Saved','properties':{'n':1} | 'event':'Saved','properties':{'n':2}",
                "clicks | 'event':'Saved' | 'event':'Opened'",
                "clicks | 'event':'Saved','timestamp':'2024-05-01T12:00:00Z' | 'event':'Saved','timestamp':'2024-05-01T12:00:01Z'",
                "transactions | 'event':'Order Completed','properties':{'order_id':'i','total':1} |"
                        + " 'event':'Order Completed','properties':{'order_id':'i','total':2}",
                "transactions | 'event':'Order Completed','properties':{'order_id':'i'} |"
                        + " 'event':'Order Cancelled','properties':{'order_id':'i'}",
                "transactions | 'event':'Order Refunded','properties':{'order_id':'i','total':'x'} |"
                        + " 'event':'Order Refunded','properties':{'order_id':'i','total':'y'}",
            })
    void another_message_under_a_known_id_is_listed_and_kept(String channel, String first, String second) {
        var one = EventIds.next();
        var two = EventIds.next();

        assertThat(post("/v1/batch", batch(message(one, first))).text()).doesNotContain("Another event");
        var later = post("/v1/batch", batch(message(one, second), message(two, first), message(two, second)));

        assertThat(later.status()).isEqualTo(200);
        assertThat(later.json().path("rejected"))
                .filteredOn(rejected -> rejected.toString().contains("Another event came before with the messageId"))
                .extracting(rejected -> rejected.path("index").asInt())
                .containsExactly(0, 2);
        for (var id : List.of(one, two)) {
            assertThat(PublishedRecords.records(channel(channel), from, id)).hasSize(1);
            assertThat(PublishedRecords.records(Channels.REJECTED_EVENTS, from, id))
                    .hasSize(1);
        }
    }

    @Test
    void what_changes_from_one_try_to_the_next_makes_no_other_event() {
        var click =
                "{'type':'track','messageId':'%s','anonymousId':'v','event':'Saved','timestamp':'2024-05-01T12:00:00Z',"
                        + "'context':{'ip':'203.0.113.%s'}%s,'name':'n'}";
        var order =
                "{'type':'track','messageId':'%s','userId':'u','event':'Order Completed','properties':{'order_id':'i-7',"
                        + "'total':10%s}%s}";
        var clickId = EventIds.next();
        var orderId = EventIds.next();

        var first = post("/v1/batch", batch(click.formatted(clickId, 1, ""), order.formatted(orderId, "", "")));
        var again = post(
                "/v1/batch",
                batch(
                                click.formatted(
                                        clickId, 2, ",'_metadata':{'retryCount':2},'sentAt':'2024-05-01T12:00:09Z'"),
                                order.formatted(orderId, ".00", ",'retryCount':3,'receivedAt':'x'"),
                                order.formatted(orderId, ".0", ""))
                        .replace("{'batch'", "{'sentAt':'2024-05-01T12:01:00Z','batch'"));

        assertThat(first.text()).isEqualTo("{\"success\":true}").isEqualTo(again.text());
        assertThat(PublishedRecords.records(Channels.CLICKS, from, clickId)).hasSize(1);
        assertThat(PublishedRecords.records(Channels.TRANSACTIONS, from, orderId))
                .hasSize(1);
    }

    @Test
    void a_refund_without_an_id_that_is_sent_again_is_one() {
        var refund =
                "{'type':'track','userId':'u','event':'Order Refunded','properties':{'order_id':'i-8','total':%s}}";

        for (int i = 0; i < 2; i++) {
            assertThat(post("/v1/batch", batch(refund.formatted("5"), refund.formatted("5.00"), refund.formatted("6")))
                            .text())
                    .isEqualTo("{\"success\":true}");
        }

        assertThat(PublishedRecords.records(Channels.TRANSACTIONS, from))
                .filteredOn(record -> record.key().equals("shop/i-8"))
                .extracting(record -> CloudEvents.text(record.headers(), CloudEvents.ID))
                .hasSize(2)
                .allMatch(id -> id.matches("digest:[0-9a-f]{32}"));
    }

    @Test
    void no_sender_takes_an_id_of_the_edge() {
        assertThat(place("{'orderId':'i-9','currency':'EUR'," + LINES + "}", "digest:1")
                        .text())
                .contains("The header Idempotency-Key must not begin with digest:, as ids of the edge do");
    }

    private static EdgeTestClient.Response place(String order, String key) {
        return post("/orders", order, "Idempotency-Key", key);
    }

    private static EdgeTestClient.Response cloudEvent(String event) {
        return post("/events", event, "Content-Type", "application/cloudevents+json");
    }

    private static String message(String id, String fields) {
        return "{'type':'track','userId':'u','messageId':'" + id + "'," + fields + "}";
    }

    private static String batch(String... messages) {
        return "{'batch':[" + String.join(",", messages) + "]}";
    }

    private static Channel<?, ?> channel(String name) {
        return name.equals("clicks") ? Channels.CLICKS : Channels.TRANSACTIONS;
    }

    private static String digest(ConsumerRecord<String, byte[]> record) {
        return CloudEvents.text(record.headers(), CloudEvents.DIGEST);
    }
}

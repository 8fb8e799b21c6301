package millrace.ingest.order;

import static millrace.ingest.Http.post;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Instant;
import java.util.List;
import millrace.events.Channels;
import millrace.events.OrderLine;
import millrace.events.TransactionEvent.OrderPlaced;
import millrace.ingest.PlatformResource;
import millrace.ingest.Topics;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(PlatformResource.class)
@Tag("platform")
class OrdersTest {
    @Test
    void an_order_is_in_the_log_when_it_is_accepted() {
        var answer = post("/orders", """
                {'orderId':'a/b c','customerId':'u','anonymousId':'v','country':'Norway','currency':'NOK','total':'20.3',
                 'unknown':{},
                 'lines':[{'productId':'p','name':'Lamp','quantity':2,'unitPrice':10.15},
                          {'productId':'q','quantity':-3,'unitPrice':'0'}],
                 'timestamp':'2010-12-01T08:26:00Z'}""", "Idempotency-Key", "key-1");

        assertThat(answer.status()).isEqualTo(202);
        assertThat(answer.header("Location"))
                .as("the order is another host's to show")
                .isEmpty();
        assertThat(answer.text()).isEqualTo("{\"eventId\":\"key-1\",\"orderId\":\"a/b c\"}");
        assertThat(Topics.records(Channels.TRANSACTIONS, "key-1"))
                .singleElement()
                .satisfies(record -> {
                    assertThat(record.key()).isEqualTo("a/b c");
                    var order = (OrderPlaced)
                            Channels.TRANSACTIONS.value().deserializer().deserialize("transactions", record.value());
                    assertThat(order)
                            .usingRecursiveComparison()
                            .ignoringFields("receivedAt")
                            .isEqualTo(new OrderPlaced(
                                    "key-1",
                                    "shop",
                                    "a/b c",
                                    "u",
                                    "v",
                                    "Norway",
                                    "NOK",
                                    2_030L,
                                    false,
                                    List.of(new OrderLine("p", "Lamp", 2, 1_015), new OrderLine("q", null, -3, 0)),
                                    Instant.parse("2010-12-01T08:26:00Z"),
                                    null));
                    assertThat(order.receivedAt().toEpochMilli()).isEqualTo(record.timestamp());
                });
    }

    @Test
    void an_order_without_a_key_is_given_an_id() {
        var answer = post("/orders", "{'orderId':'o-2','currency':'GBP','lines':[]}");

        assertThat(answer.status()).isEqualTo(202);
        var eventId = answer.json().path("eventId").asText();
        assertThat(Topics.records(Channels.TRANSACTIONS, eventId)).hasSize(1);
    }

    @Test
    void every_fault_of_an_order_is_named_with_its_place() {
        var answer = post(
                "/orders?import=faults",
                "{'currency':'pounds','total':'a lot','timestamp':'soon','lines':[{'productId':'p','quantity':1,"
                        + "'unitPrice':1},{'productId':7,'quantity':'two'}]}",
                "Idempotency-Key",
                "x".repeat(101));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().path("title").asText()).isEqualTo("Bad Request");
        assertThat(answer.json().path("errors"))
                .extracting(JsonNode::asText)
                .containsExactlyInAnyOrder(
                        "The header Idempotency-Key must have at most 100 characters",
                        "orderId is required",
                        "currency must be a currency's ISO 4217 code, for example GBP",
                        "total must be a decimal of at most 14 digits before the point",
                        "timestamp must be a time in ISO 8601, for example 2024-05-01T12:00:00Z",
                        "lines[1].productId must be text",
                        "lines[1].quantity must be a whole number of at most 9 digits",
                        "lines[1].unitPrice is required");
        assertThat(Topics.records(Channels.REJECTED_EVENTS))
                .filteredOn(record -> record.key().equals("shop/faults"))
                .hasSize(1);
    }

    @Test
    void what_is_no_order_is_refused() {
        assertThat(post("/orders", "no JSON").status()).isEqualTo(400);
        assertThat(post("/orders", "[]").status()).isEqualTo(400);
        assertThat(post("/orders", "").status()).isEqualTo(400);
        assertThat(post("/orders", "{'orderId':1e2147483648}").status()).isEqualTo(400);
        assertThat(post("/orders", "{" + " ".repeat(512_000) + "}").status()).isEqualTo(413);
    }
}

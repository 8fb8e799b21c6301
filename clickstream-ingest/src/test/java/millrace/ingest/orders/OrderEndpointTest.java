package millrace.ingest.orders;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static millrace.ingest.EdgeTestClient.post;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import millrace.events.Channels;
import millrace.events.Charges;
import millrace.events.OrderLine;
import millrace.events.TransactionEvent.OrderPlaced;
import millrace.ingest.EdgePlatformResource;
import millrace.ingest.EdgeTestClient;
import millrace.ingest.PublishedRecords;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(EdgePlatformResource.class)
@Tag("platform")
class OrderEndpointTest {
    @Test
    void an_order_is_in_the_log_when_it_is_accepted() {
        var response = post("/orders", """
                {'orderId':'a/b c','customerId':'u','anonymousId':'v','country':'Norway','currency':'NOK','total':'20.3',
                 'unknown':{},
                 'lines':[{'productId':'p','name':'Lamp','quantity':2,'unitPrice':10.15},
                          {'productId':'q','quantity':-3,'unitPrice':'0'}],
                 'timestamp':'2010-12-01T08:26:00Z'}""", "Idempotency-Key", "key-1");

        assertThat(response.status()).isEqualTo(202);
        assertThat(response.header("Location"))
                .as("the order is another host's to show")
                .isEmpty();
        assertThat(response.text()).isEqualTo("{\"eventId\":\"key-1\",\"orderId\":\"shop/a/b c\"}");
        assertThat(PublishedRecords.records(Channels.TRANSACTIONS, "key-1"))
                .singleElement()
                .satisfies(record -> {
                    assertThat(record.key()).isEqualTo("shop/a/b c");
                    var order = (OrderPlaced)
                            Channels.TRANSACTIONS.value().deserializer().deserialize("transactions", record.value());
                    assertThat(order)
                            .usingRecursiveComparison()
                            .ignoringFields("receivedAt")
                            .isEqualTo(new OrderPlaced(
                                    "key-1",
                                    "shop",
                                    "shop/a/b c",
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
        var response = post("/orders", "{'orderId':'o-2','currency':'GBP','lines':[]}");

        assertThat(response.status()).isEqualTo(202);
        var eventId = response.json().path("eventId").asText();
        assertThat(PublishedRecords.records(Channels.TRANSACTIONS, eventId)).hasSize(1);
    }

    @Test
    void every_fault_of_an_order_is_named_with_its_place() {
        var response = post(
                "/orders?import=order-faults",
                "{'currency':'pounds','total':'a lot','timestamp':'soon','lines':[{'productId':'p','quantity':1,"
                        + "'unitPrice':1},{'productId':[7],'quantity':'two'}]}",
                "Idempotency-Key",
                "x".repeat(101));

        assertThat(response.status()).isEqualTo(400);
        assertThat(response.json().path("title").asText()).isEqualTo("Bad Request");
        assertThat(response.json().path("errors"))
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
        assertThat(PublishedRecords.recent(Channels.REJECTED_EVENTS))
                .filteredOn(record -> record.key().equals("shop/order-faults"))
                .hasSize(1);
    }

    @Test
    void what_is_charged_besides_the_lines_is_part_of_an_order() {
        var response = post("/orders", """
                {'orderId':1042,'customerId':7,'currency':'EUR','total':12.3,'shipping':3,'tax':'1.5','discount':2.25,
                 'rounding':0.05,'coupon':'SPRING','lines':[{'productId':12,'quantity':2,'unitPrice':5}]}""", "Idempotency-Key", "key-2");

        assertThat(response.status()).as(response.text()).isEqualTo(202);
        var order = order("key-2");
        assertThat(order.charges()).isEqualTo(new Charges(300L, 150L, 225L, 5L, "SPRING"));
        assertThat(order.orderId()).isEqualTo("shop/1042");
        assertThat(order.customerId()).isEqualTo("7");
        assertThat(order.lines()).containsExactly(new OrderLine("12", null, 2, 500));
    }

    @Test
    void an_order_that_does_not_add_up_is_told_what_is_off() {
        assertThat(errors("'total':13,'shipping':3,'tax':1.5,'discount':2,'rounding':-0.5,"))
                .containsExactly(
                        "total is 13.00, but lines 10.00 + shipping 3.00 + tax 1.50 - discount 2.00 + rounding -0.50"
                                + " is 12.00: 1.00 is off");
        assertThat(errors("'shipping':-1,'tax':-1,'discount':-1,"))
                .containsExactly(
                        "shipping must not be negative", "tax must not be negative", "discount must not be negative");
        assertThat(errors("'total':0.30000000000000004,"))
                .containsExactly(
                        "total is 0.30, but lines 10.00 + shipping 0.00 + tax 0.00 - discount 0.00 + rounding 0.00 is"
                                + " 10.00: -9.70 is off");
        assertThat(errors("'total':'0.30000000000004',"))
                .containsExactly("total has more decimals than EUR, which has 2");
    }

    @Test
    void an_order_has_a_longest() {
        var line = "{'productId':'p','name':'" + "n".repeat(150) + "','quantity':1,'unitPrice':1},";
        var tooLong =
                "{'orderId':'o-3','currency':'EUR','lines':[" + line.repeat(1_700) + line.replace("},", "}") + "]}";
        var tooMany = "{'orderId':'o-4','currency':'EUR','lines':["
                + "{'productId':'p','quantity':1,'unitPrice':1},".repeat(2_500)
                + "{'productId':'p','quantity':1,'unitPrice':1}]}";

        assertThat(post("/orders", tooLong).status()).isEqualTo(413);
        assertThat(post("/orders", tooLong).json().path("detail").asText())
                .matches("The order has [0-9]+ bytes as a transaction, of which the largest has 307200[.]");
        assertThat(post("/orders", tooMany).text()).contains("lines must have at most 2500 entries");
        assertThat(PublishedRecords.records(Channels.TRANSACTIONS))
                .noneMatch(record ->
                        record.key().equals("shop/o-3") || record.key().equals("shop/o-4"));
    }

    private static List<String> errors(String fields) {
        var response = post(
                "/orders",
                "{'orderId':'o-5','currency':'EUR'," + fields
                        + "'lines':[{'productId':'p','quantity':2,'unitPrice':5}]}");
        assertThat(response.status()).isEqualTo(400);
        var errors = new ArrayList<String>();
        response.json().path("errors").forEach(error -> errors.add(error.asText()));
        return errors;
    }

    private static OrderPlaced order(String eventId) {
        var record = PublishedRecords.records(Channels.TRANSACTIONS, eventId).getFirst();
        return (OrderPlaced) Channels.TRANSACTIONS.value().deserializer().deserialize("transactions", record.value());
    }

    @Test
    void what_is_no_order_is_refused() {
        assertThat(post("/orders", "no JSON").status()).isEqualTo(400);
        assertThat(post("/orders", "[]").status()).isEqualTo(400);
        assertThat(post("/orders", "").status()).isEqualTo(400);
        assertThat(EdgeTestClient.send(
                                "POST",
                                "/orders",
                                "{\"orderId\":\"\u00ed\u00a0\u0080\"}".getBytes(ISO_8859_1),
                                "Authorization",
                                EdgeTestClient.BASIC)
                        .text())
                .contains("The body is not UTF-8.");
        assertThat(post("/orders", "{'orderId':1e2147483648}").status()).isEqualTo(400);
        assertThat(post("/orders", "{" + " ".repeat(512_000) + "}").status()).isEqualTo(413);
    }
}

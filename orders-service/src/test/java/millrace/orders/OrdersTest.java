package millrace.orders;

import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static millrace.orders.Asked.cancellation;
import static millrace.orders.Asked.line;
import static millrace.orders.Asked.order;
import static millrace.orders.Asked.refund;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import millrace.events.Channels;
import millrace.events.OrderEvent;
import millrace.events.OrderEvent.OrderAccepted;
import millrace.events.OrderEvent.OrderRefunded;
import millrace.events.OrderEvent.OrderRejected;
import millrace.events.OrderEvent.TransitionRefused;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Transactions go in, orders and channels come out: on a real broker and a real database. */
@QuarkusTest
@QuarkusTestResource(PlatformResource.class)
class OrdersTest {
    private Mill mill;

    @BeforeEach
    void open() {
        mill = new Mill(PlatformResource.platform);
    }

    @AfterEach
    void close() {
        mill.close();
    }

    @Test
    void an_order_goes_out_as_event_and_state_and_answers_over_http() throws Exception {
        mill.send(order("placed-1", "placed"));

        assertThat(awaitEvents("placed", 1)).hasOnlyElementsOfType(OrderAccepted.class);
        assertThat(mill.states().get("placed").totalMinor()).isEqualTo(1050);
        given().get("/orders/placed")
                .then()
                .statusCode(200)
                .body("status", equalTo("accepted"))
                .body("total", equalTo("10.50"))
                .body("currency", equalTo("GBP"))
                .body("placedAt", equalTo("2024-05-01T12:00:00Z"))
                .body("lines[0].unitPrice", equalTo("5.25"));
    }

    @Test
    void each_transaction_is_answered_with_the_next_version_of_its_order() throws Exception {
        mill.send(
                cancellation("story-1", "story", "too early"),
                order("story-2", "story"),
                refund("story-3", "story", "GBP", 50),
                refund("story-4", "story", "GBP", 1001),
                cancellation("story-5", "story", "too late"),
                refund("story-6", "story", "GBP", 1000));

        var events = awaitEvents("story", 6);

        assertThat(events).extracting(OrderEvent::version).containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
        assertThat(events)
                .extracting(event -> (Object) event.getClass())
                .containsExactly(
                        TransitionRefused.class,
                        OrderAccepted.class,
                        OrderRefunded.class,
                        TransitionRefused.class,
                        TransitionRefused.class,
                        OrderRefunded.class);
        given().get("/orders/story").then().body("status", equalTo("refunded")).body("refunded", equalTo("10.50"));
    }

    @Test
    void a_faulty_order_is_rejected_with_all_its_faults() throws Exception {
        mill.send(order("faulty-1", "faulty", "GBP", 1L, line(-3, 100)));

        var rejected = (OrderRejected) awaitEvents("faulty", 1).getFirst();

        assertThat(rejected.reasons()).hasSize(2);
        given().get("/orders?status=rejected").then().body("orderId", hasItem("faulty"));
    }

    @Test
    void an_event_that_comes_twice_counts_once() throws Exception {
        var twice = refund("twice-1", "twice", "GBP", 500);
        mill.send(twice, twice);
        awaitEvents("twice", 1);

        mill.send(twice, refund("twice-2", "twice", "GBP", 1));

        assertThat(awaitEvents("twice", 2)).extracting(OrderEvent::causedBy).containsExactly("twice-1", "twice-2");
        assertThat(mill.states().get("twice").refundedMinor()).isEqualTo(501);
    }

    @Test
    void what_can_never_be_applied_goes_to_the_dead_letters_and_its_neighbours_do_not() throws Exception {
        var unreadable = mill.send("poison", "not JSON".getBytes(UTF_8));
        mill.send("poison", Mill.bytes(order("poison-1", "other")));
        mill.send("poison", null);
        var nul = new String(Mill.bytes(order("poison-2", "poison")), UTF_8).replace("mug", "m\\u0000g");
        mill.send("poison", nul.getBytes(UTF_8));
        mill.send(order("poison-3", "poison"));

        assertThat(awaitEvents("poison", 1)).extracting(OrderEvent::causedBy).containsExactly("poison-3");
        var dead = mill.read(Channels.TRANSACTIONS_DLQ);
        assertThat(dead)
                .extracting(record -> header(record, "dead-letter-reason"))
                .containsExactly(
                        "The value is not JSON of a transaction.",
                        "The record's key is not its order id.",
                        "The record has no value.",
                        "The database refuses it: SQLSTATE 22P05.");
        assertThat(dead.getFirst().value()).asString(UTF_8).isEqualTo("not JSON");
        assertThat(dead.getFirst().key()).asString(UTF_8).isEqualTo("poison");
        assertThat(header(dead.getFirst(), "dead-letter-channel")).isEqualTo("transactions");
        assertThat(header(dead.getFirst(), "dead-letter-partition")).isEqualTo("" + unreadable.partition());
        assertThat(header(dead.getFirst(), "dead-letter-offset")).isEqualTo("" + unreadable.offset());
    }

    @Test
    void a_question_that_makes_no_sense_is_told_why() {
        given().get("/orders/nothing")
                .then()
                .statusCode(404)
                .contentType("application/problem+json")
                .body("detail", equalTo("No order nothing."));
        given().urlEncodingEnabled(false).get("/orders/%00").then().statusCode(404);
        given().get("/orders?status=lost&limit=0")
                .then()
                .statusCode(400)
                .contentType("application/problem+json")
                .body("detail", containsString("status"))
                .body("detail", containsString("limit"));
    }

    @Test
    void pages_follow_the_order_id() throws Exception {
        mill.send(order("page-1", "page-a"), order("page-2", "page-b"), order("page-3", "page-c"));
        awaitEvents("page-a", 1);
        awaitEvents("page-b", 1);
        awaitEvents("page-c", 1);

        given().get("/orders?after=page-a&limit=2").then().body("orderId", equalTo(List.of("page-b", "page-c")));
    }

    @Test
    void health_metrics_and_openapi_answer() {
        given().get("/q/health/ready").then().statusCode(200);
        given().get("/q/metrics")
                .then()
                .body(containsString("orders_transactions_total{outcome=\"dead-lettered\"}"))
                .body(containsString("outbox_rows"))
                .body(containsString("outbox_age_seconds"));
        given().get("/q/openapi").then().body(containsString("/orders/{id}"));
    }

    private List<OrderEvent> awaitEvents(String orderId, int count) {
        return await().atMost(20, SECONDS).until(() -> mill.events(orderId), events -> events.size() >= count);
    }

    private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        return new String(record.headers().lastHeader(name).value(), UTF_8);
    }
}

package millrace.orders;

import static java.util.concurrent.TimeUnit.SECONDS;
import static millrace.orders.Asked.cancellation;
import static millrace.orders.Asked.line;
import static millrace.orders.Asked.order;
import static millrace.orders.Asked.refund;
import static millrace.orders.Asked.sent;
import static millrace.orders.Caller.reader;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import millrace.events.OrderEvent;
import millrace.events.OrderEvent.OrderAccepted;
import millrace.events.OrderEvent.OrderRefunded;
import millrace.events.OrderEvent.OrderRejected;
import millrace.events.OrderEvent.OrderShipped;
import millrace.events.OrderEvent.TransitionRefused;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Transactions go in, orders and channels come out: on a real broker and a real database. */
@QuarkusTest
@QuarkusTestResource(PlatformResource.class)
@Tag("platform")
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
        reader().get("/orders/placed")
                .then()
                .statusCode(200)
                .body("status", equalTo("paid"))
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
                sent("story-5", "story"),
                cancellation("story-6", "story", "too late"),
                refund("story-7", "story", "GBP", 1000));

        var events = awaitEvents("story", 7);

        assertThat(events).extracting(OrderEvent::version).containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L);
        assertThat(events)
                .extracting(event -> (Object) event.getClass())
                .containsExactly(
                        TransitionRefused.class,
                        OrderAccepted.class,
                        OrderRefunded.class,
                        TransitionRefused.class,
                        OrderShipped.class,
                        TransitionRefused.class,
                        OrderRefunded.class);
        reader().get("/orders/story")
                .then()
                .body("status", equalTo("refunded"))
                .body("refunded", equalTo("10.50"))
                .body("history.version", equalTo(List.of(1, 2, 3, 4, 5, 6, 7)))
                .body("history[5].reason", equalTo("Order story is shipped: it cannot be cancelled."))
                .body("history[5].timestamp", equalTo("2024-05-01T12:01:00Z"));
    }

    @Test
    void a_faulty_order_is_rejected_with_all_its_faults() throws Exception {
        mill.send(order("faulty-1", "faulty", "GBP", 1L, line(-3, 100)));

        var rejected = (OrderRejected) awaitEvents("faulty", 1).getFirst();

        assertThat(rejected.reasons()).hasSize(2);
        reader().get("/orders?status=rejected").then().body("orderId", hasItem("faulty"));
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
    void a_question_that_makes_no_sense_is_told_why() {
        reader().get("/orders/nothing")
                .then()
                .statusCode(404)
                .contentType("application/problem+json")
                .body("detail", equalTo("No order nothing."));
        reader().urlEncodingEnabled(false).get("/orders/%00").then().statusCode(404);
        reader().get("/orders?status=lost&limit=0")
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

        reader().get("/orders?after=page-a&limit=2").then().body("orderId", equalTo(List.of("page-b", "page-c")));
    }

    @Test
    void health_metrics_and_openapi_answer() {
        reader().get("/q/health/ready").then().statusCode(200);
        reader().get("/q/metrics")
                .then()
                .body(containsString("orders_transactions_total{outcome=\"dead-lettered\"}"))
                .body(containsString("outbox_rows"))
                .body(containsString("outbox_age_seconds"));
        reader().get("/q/openapi").then().body(containsString("/orders/{id}"));
    }

    private List<OrderEvent> awaitEvents(String orderId, int count) {
        return await().atMost(20, SECONDS).until(() -> mill.events(orderId), events -> events.size() >= count);
    }
}

package millrace.orders.consume;

import static java.util.concurrent.TimeUnit.SECONDS;
import static millrace.orders.OrdersApi.backOffice;
import static millrace.orders.OrdersApi.reader;
import static millrace.orders.TestTransactions.NOON;
import static millrace.orders.TestTransactions.cancellation;
import static millrace.orders.TestTransactions.line;
import static millrace.orders.TestTransactions.order;
import static millrace.orders.TestTransactions.placed;
import static millrace.orders.TestTransactions.refund;
import static millrace.orders.TestTransactions.shipment;
import static millrace.orders.TestTransactions.unpaid;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.not;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import millrace.events.Charges;
import millrace.events.OrderEvent;
import millrace.events.OrderEvent.OrderAccepted;
import millrace.events.OrderEvent.OrderRefunded;
import millrace.events.OrderEvent.OrderRejected;
import millrace.events.OrderEvent.OrderShipped;
import millrace.events.OrderEvent.TransitionRefused;
import millrace.events.TransactionEvent.OrderPlaced;
import millrace.orders.OrdersPlatformResource;
import millrace.orders.OrdersTestPlatform;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Transactions are consumed, and orders and their events are published, with a real broker and a real database. */
@QuarkusTest
@QuarkusTestResource(OrdersPlatformResource.class)
@Tag("platform")
class TransactionConsumerTest {
    private OrdersTestPlatform testPlatform;

    @BeforeEach
    void open() {
        testPlatform = new OrdersTestPlatform(OrdersPlatformResource.platform);
    }

    @AfterEach
    void close() {
        testPlatform.close();
    }

    @Test
    void an_order_goes_out_as_event_and_state_and_answers_over_http() throws Exception {
        testPlatform.send(order("placed-1", "placed"));

        assertThat(awaitEvents("shop/placed", 1)).hasOnlyElementsOfType(OrderAccepted.class);
        assertThat(testPlatform.states().get("shop/placed").totalMinor()).isEqualTo(1050);
        reader().get("/orders/shop/placed")
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
        testPlatform.send(
                cancellation("story-1", "story", "too early"),
                order("story-2", "story"),
                refund("story-3", "story", "GBP", 50),
                refund("story-4", "story", "GBP", 1001),
                shipment("story-5", "story"),
                cancellation("story-6", "story", "too late"),
                refund("story-7", "story", "GBP", 1000));

        var events = awaitEvents("shop/story", 7);

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
        reader().get("/orders/shop/story")
                .then()
                .body("status", equalTo("refunded"))
                .body("refunded", equalTo("10.50"))
                .body("history.version", equalTo(List.of(1, 2, 3, 4, 5, 6, 7)))
                .body("history[5].reason", equalTo("Order shop/story is shipped: it cannot be cancelled."))
                .body("history[5].timestamp", equalTo("2024-05-01T12:01:00Z"));
    }

    @Test
    void a_faulty_order_is_rejected_with_all_its_faults() throws Exception {
        testPlatform.send(unpaid("faulty-1", "faulty", "GBP", 1L, line(-3, 100)));

        var rejected = (OrderRejected) awaitEvents("shop/faulty", 1).getFirst();

        assertThat(rejected.reasons()).hasSize(2);
        reader().get("/orders?status=rejected").then().body("orderId", hasItem("shop/faulty"));
    }

    @Test
    void an_event_that_comes_twice_counts_once() throws Exception {
        var twice = refund("twice-1", "twice", "GBP", 500);
        testPlatform.send(twice, twice);
        awaitEvents("shop/twice", 1);

        testPlatform.send(twice, refund("twice-2", "twice", "GBP", 1));

        assertThat(awaitEvents("shop/twice", 2))
                .extracting(OrderEvent::causedBy)
                .containsExactly("twice-1", "twice-2");
        assertThat(testPlatform.states().get("shop/twice").refundedMinor()).isEqualTo(501);
    }

    @Test
    void other_content_under_a_taken_id_is_refused_once_however_often_it_comes() throws Exception {
        var first = order("taken-1", "taken-a");
        var other = order("taken-1", "taken-b");
        testPlatform.send(first);
        awaitEvents("shop/taken-a", 1);
        testPlatform.send(other, other);
        awaitEvents("shop/taken-b", 1);

        testPlatform.send(other, first, order("taken-2", "taken-b"), refund("taken-3", "taken-a", "GBP", 1));

        awaitEvents("shop/taken-a", 2);
        assertThat(awaitEvents("shop/taken-b", 2))
                .extracting(event -> (Object) event.getClass())
                .containsExactly(TransitionRefused.class, OrderAccepted.class);
        assertThat(testPlatform.states().get("shop/taken-b").version()).isEqualTo(2);
    }

    @Test
    void an_id_is_its_sources_own() throws Exception {
        testPlatform.send(order("own-1", "own"), at("own-1", "market", "market/own"));

        assertThat(awaitEvents("shop/own", 1)).hasOnlyElementsOfType(OrderAccepted.class);
        assertThat(awaitEvents("market/own", 1)).hasOnlyElementsOfType(OrderAccepted.class);
    }

    @Test
    void an_order_is_found_by_its_number_where_one_source_has_it() throws Exception {
        var odd = "shop/a/b c?d%";
        testPlatform.send(at("number-1", "shop", "shop/both"), at("number-2", "market", "market/both"));
        testPlatform.send(order("number-3", "alone"), at("number-4", "shop", odd));
        awaitEvents("shop/both", 1);
        awaitEvents("market/both", 1);
        awaitEvents("shop/alone", 1);
        awaitEvents(odd, 1);

        reader().get("/orders/alone").then().statusCode(200).body("orderId", equalTo("shop/alone"));
        reader().get("/orders/shop/both").then().body("orderId", equalTo("shop/both"));
        reader().get("/orders/market/both").then().body("orderId", equalTo("market/both"));
        reader().urlEncodingEnabled(false).get("/orders/shop%2Fboth").then().body("orderId", equalTo("shop/both"));
        reader().urlEncodingEnabled(false)
                .get("/orders/shop/a%2Fb%20c%3Fd%25")
                .then()
                .statusCode(200)
                .body("orderId", equalTo(odd));
        reader().get("/orders/both")
                .then()
                .statusCode(409)
                .body(
                        "detail",
                        equalTo("Several sources have an order both: market/both, shop/both."
                                + " Say which with the source before the number, as in /orders/market/both."));
        backOffice("number-5").post("/orders/both/ship").then().statusCode(409);
        backOffice("number-6").post("/orders/alone/ship").then().body("status", equalTo("shipped"));
        backOffice("number-7").post("/orders/shop/both/ship").then().body("status", equalTo("shipped"));
        backOffice("number-8")
                .urlEncodingEnabled(false)
                .post("/orders/shop/a%2Fb%20c%3Fd%25/ship")
                .then()
                .body("status", equalTo("shipped"));
        reader().get("/orders/nobodys").then().statusCode(404).body("detail", equalTo("No order nobodys."));
        reader().get("/orders/nobodys/events").then().statusCode(404);
    }

    @Test
    void a_paid_order_that_does_not_add_up_is_accepted_and_shown() throws Exception {
        var charges = new Charges(300L, null, null, null, null);
        testPlatform.send(placed("odd-1", "odd", "GBP", 500L, true, charges, line(1, 100)), order("even-1", "even"));

        var accepted = (OrderAccepted) awaitEvents("shop/odd", 1).getFirst();
        awaitEvents("shop/even", 1);

        assertThat(accepted.discrepancies()).hasSize(1);
        assertThat(testPlatform.states().get("shop/odd").discrepancies()).isEqualTo(accepted.discrepancies());
        reader().get("/orders/shop/odd")
                .then()
                .body("status", equalTo("paid"))
                .body("total", equalTo("5.00"))
                .body("charges.shipping", equalTo("3.00"))
                .body("discrepancies", equalTo(accepted.discrepancies()));
        reader().get("/orders?discrepancies=true&after=shop/o&limit=1")
                .then()
                .body("orderId", equalTo(List.of("shop/odd")))
                .body("discrepancies[0]", equalTo(accepted.discrepancies()));
        reader().get("/orders?discrepancies=true").then().body("orderId", not(hasItem("shop/even")));
        reader().get("/orders?discrepancies=some").then().statusCode(400);
        reader().get("/q/metrics").then().body(matchesPattern("(?s).*\norders_discrepancies_total [1-9].*"));
    }

    @Test
    void a_rejected_order_is_placed_again() throws Exception {
        testPlatform.send(
                unpaid("burnt-1", "burnt", "GBP", 1L, line(1, 100)),
                shipment("burnt-2", "burnt"),
                unpaid("burnt-3", "burnt", "GBP", 100L, line(1, 100)));

        awaitEvents("shop/burnt", 3);

        reader().get("/orders/shop/burnt")
                .then()
                .body("status", equalTo("accepted"))
                .body("version", equalTo(3))
                .body("history.version", equalTo(List.of(1, 2, 3)));
    }

    @Test
    void an_invalid_query_is_answered_with_its_faults() {
        reader().get("/orders/shop/nothing")
                .then()
                .statusCode(404)
                .contentType("application/problem+json")
                .body("detail", equalTo("No order shop/nothing."));
        reader().urlEncodingEnabled(false).get("/orders/shop/%00").then().statusCode(404);
        reader().get("/orders?status=lost&limit=0")
                .then()
                .statusCode(400)
                .contentType("application/problem+json")
                .body("detail", containsString("status"))
                .body("detail", containsString("limit"));
    }

    @Test
    void pages_follow_the_order_id() throws Exception {
        testPlatform.send(order("page-1", "page-a"), order("page-2", "page-b"), order("page-3", "page-c"));
        awaitEvents("shop/page-a", 1);
        awaitEvents("shop/page-b", 1);
        awaitEvents("shop/page-c", 1);

        reader().get("/orders?after=shop/page-a&limit=2")
                .then()
                .body("orderId", equalTo(List.of("shop/page-b", "shop/page-c")));
    }

    @Test
    void health_metrics_and_openapi_answer() {
        reader().get("/q/health/ready").then().statusCode(200);
        reader().get("/q/metrics")
                .then()
                .body(containsString("orders_transactions_total{outcome=\"dead-lettered\"}"))
                .body(containsString("outbox_rows"))
                .body(containsString("outbox_age_seconds"));
        reader().get("/q/openapi").then().body(containsString("/orders/{id"));
    }

    private static OrderPlaced at(String eventId, String source, String orderId) {
        return new OrderPlaced(
                eventId, source, orderId, null, null, null, "GBP", null, true, List.of(line(1, 1)), NOON, NOON);
    }

    private List<OrderEvent> awaitEvents(String orderId, int count) {
        return await().atMost(20, SECONDS).until(() -> testPlatform.events(orderId), events -> events.size() >= count);
    }
}

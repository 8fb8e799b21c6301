package millrace.orders.api;

import static io.restassured.RestAssured.get;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static millrace.orders.OrdersApi.backOffice;
import static millrace.orders.OrdersApi.otherBackOffice;
import static millrace.orders.OrdersApi.reader;
import static millrace.orders.TestTransactions.erasure;
import static millrace.orders.TestTransactions.order;
import static millrace.orders.TestTransactions.shipment;
import static millrace.orders.TestTransactions.unpaid;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import millrace.events.Channels;
import millrace.orders.OrdersApi;
import millrace.orders.OrdersPlatformResource;
import millrace.orders.OrdersTestPlatform;
import millrace.orders.TestTransactions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Requests of the back office are transactions like those of a shop. */
@QuarkusTest
@QuarkusTestResource(OrdersPlatformResource.class)
@Tag("platform")
class BackOfficeTest {
    @TestHTTPResource("/orders")
    URI orders;

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
    void an_order_is_paid_shipped_delivered_and_refunded() throws Exception {
        place("desk");

        backOffice("desk-pay")
                .body("{\"amount\":\"10.50\"}")
                .post("/orders/shop/desk/pay")
                .then()
                .statusCode(200)
                .body("status", equalTo("paid"));
        backOffice("desk-ship").post("/orders/shop/desk/ship").then().body("status", equalTo("shipped"));
        backOffice("desk-deliver").post("/orders/shop/desk/deliver").then().body("status", equalTo("delivered"));
        backOffice("desk-refund")
                .body("{\"amount\":0.5}")
                .post("/orders/shop/desk/refund")
                .then()
                .body("refunded", equalTo("0.50"))
                .body(
                        "history.type",
                        equalTo(List.of(
                                "OrderAccepted", "OrderPaid", "OrderShipped", "OrderDelivered", "OrderRefunded")));
        assertThat(testPlatform.read(Channels.TRANSACTIONS).stream()
                        .filter(record -> "shop/desk".equals(new String(record.key()))))
                .hasSize(5);
    }

    @Test
    void what_is_refused_says_why_and_is_on_record() throws Exception {
        place("refused");

        backOffice("refused-1")
                .post("/orders/shop/refused/ship")
                .then()
                .statusCode(409)
                .contentType("application/problem+json")
                .body("detail", equalTo("Order shop/refused is accepted: only a paid order is shipped."));
        reader().get("/orders/shop/refused").then().body("history[1].type", equalTo("TransitionRefused"));
        backOffice("refused-2")
                .body("{\"reason\":\"late\"}")
                .post("/orders/shop/refused/cancel")
                .then()
                .statusCode(200);
        reader().get("/orders/shop/refused").then().body("reasons", equalTo(List.of("late")));
    }

    @Test
    void the_same_key_has_the_same_answer_and_counts_once() throws Exception {
        testPlatform.send(order("once-1", "once"));
        reader().get("/orders/shop/once?wait=10s").then().statusCode(200);

        for (int time = 0; time < 3; time++) {
            backOffice("once-key")
                    .body("{\"amount\":\"1.00\"}")
                    .post("/orders/shop/once/refund")
                    .then()
                    .statusCode(200)
                    .body("refunded", equalTo("1.00"));
        }
        backOffice("once-key")
                .body("{\"amount\":\"2.00\"}")
                .post("/orders/shop/once/refund")
                .then()
                .statusCode(422)
                .body("title", equalTo("Unprocessable Content"))
                .body("detail", containsString("something else"));
        backOffice("once-key")
                .body("{\"amount\":1}")
                .post("/orders/shop/once/refund")
                .then()
                .statusCode(200)
                .body("refunded", equalTo("1.00"));
    }

    @Test
    void a_key_is_its_callers_own_and_new_after_a_week() throws Exception {
        testPlatform.send(order("week-1", "week"));
        reader().get("/orders/shop/week?wait=10s").then().statusCode(200);

        backOffice("week-key")
                .body("{\"amount\":1}")
                .post("/orders/shop/week/refund")
                .then()
                .body("refunded", equalTo("1.00"));
        otherBackOffice("week-key")
                .body("{\"amount\":2}")
                .post("/orders/shop/week/refund")
                .then()
                .statusCode(200)
                .body("refunded", equalTo("3.00"));
        testPlatform.execute("UPDATE orders.requests SET asked_at = now() - interval '8 days' WHERE key = 'week-key'");

        backOffice("week-key")
                .body("{\"amount\":3}")
                .post("/orders/shop/week/refund")
                .then()
                .body("refunded", equalTo("6.00"));
    }

    @Test
    void the_id_of_a_request_cannot_be_guessed_and_taken() throws Exception {
        place("guessed");
        var guess = UUID.nameUUIDFromBytes("back-office/guessed-key".getBytes(UTF_8))
                .toString();
        testPlatform.send(shipment(guess, "guessed-other"));
        testPlatform.send(erasure(
                UUID.nameUUIDFromBytes("erasure/guessed".getBytes(UTF_8)).toString(), "guessed-other"));
        await().atMost(20, SECONDS)
                .until(() -> testPlatform.events("shop/guessed-other").size() == 2);

        backOffice("guessed-key")
                .body("{\"amount\":\"10.50\"}")
                .post("/orders/shop/guessed/pay")
                .then()
                .statusCode(200)
                .body("status", equalTo("paid"));
        // A request begins with at most 1,000 orders, and other tests have made more of this customer's.
        await().atMost(60, SECONDS).untilAsserted(() -> {
            backOffice().delete("/customers/customer-1").then().statusCode(202);
            reader().get("/orders/shop/guessed").then().statusCode(410);
        });
    }

    @Test
    void texts_and_bodies_are_bounded_at_the_request() throws Exception {
        place("bounded");

        backOffice("bounded-1")
                .body("{\"reason\":\"" + "x".repeat(1_001) + "\"}")
                .post("/orders/shop/bounded/cancel")
                .then()
                .statusCode(400)
                .body("detail", equalTo("The reason must have 1 to 1000 characters."));
        backOffice("bounded-2")
                .body("{\"reason\":\"" + "x".repeat(70_000) + "\"}")
                .post("/orders/shop/bounded/cancel")
                .then()
                .statusCode(413);
        backOffice("bounded-3")
                .body("{\"reason\":\"a\\u0000b\"}")
                .post("/orders/shop/bounded/cancel")
                .then()
                .statusCode(400);
        backOffice("bounded-4")
                .post("/orders/" + "x".repeat(301) + "/ship")
                .then()
                .statusCode(400);
        backOffice("bounded-5")
                .body("{\"amount\":" + "1".repeat(500) + "}")
                .post("/orders/shop/bounded/pay")
                .then()
                .statusCode(400);
        backOffice("bounded-6")
                .body("{\"reason\":\"" + "x".repeat(1_000) + "\"}")
                .post("/orders/shop/bounded/cancel")
                .then()
                .statusCode(200);
    }

    @Test
    void an_invalid_request_is_answered_with_its_faults() throws Exception {
        place("senseless");

        backOffice()
                .post("/orders/shop/senseless/ship")
                .then()
                .statusCode(400)
                .body("detail", containsString("Idempotency"));
        backOffice("senseless-1").post("/orders/shop/nothing/ship").then().statusCode(404);
        backOffice("senseless-2")
                .body("{}")
                .post("/orders/shop/senseless/pay")
                .then()
                .statusCode(400);
        backOffice("senseless-4")
                .body("{\"amount\":\"x\"}")
                .post("/orders/shop/senseless/pay")
                .then()
                .statusCode(400)
                .body("detail", equalTo("amount is not of the type that is expected there."));
        backOffice("senseless-3")
                .body("{\"amount\":\"1.001\"}")
                .post("/orders/shop/senseless/pay")
                .then()
                .statusCode(400)
                .body("detail", equalTo("The amount 1.001 is none of currency GBP."));
        backOffice("senseless-5")
                .body("{\"amount\":\"1e1000000000\"}")
                .post("/orders/shop/senseless/pay")
                .then()
                .statusCode(400);
        reader().get("/orders/shop/senseless?wait=11s").then().statusCode(400);
        backOffice("senseless-4")
                .urlEncodingEnabled(false)
                .post("/orders/shop/%00/ship")
                .then()
                .statusCode(400);
        reader().header("Idempotency-Key", "x")
                .post("/orders/shop/senseless/ship")
                .then()
                .statusCode(403);
        get("/orders/shop/senseless").then().statusCode(401);
    }

    @Test
    void an_order_that_is_on_its_way_can_be_waited_for() throws Exception {
        reader().get("/orders/shop/awaited?wait=100ms").then().statusCode(404).header("Retry-After", "1");

        var asked = CompletableFuture.supplyAsync(
                () -> reader().get("/orders/shop/awaited?wait=10s").statusCode());
        testPlatform.send(order("awaited-1", "awaited"));

        assertThat(asked.get(20, SECONDS)).isEqualTo(200);
    }

    @Test
    void an_order_is_followed_live_and_again_from_where_it_was() throws Exception {
        place("followed");
        var first = follow("followed", "");
        var paid = backOffice("followed-pay").body("{\"amount\":\"10.50\"}");
        paid.post("/orders/shop/followed/pay").then().statusCode(200);

        await().atMost(20, SECONDS).until(() -> first.toString().contains("event:OrderPaid"));
        assertThat(first.toString()).contains("id:1\n", "event:OrderAccepted\n", "\"causedBy\":\"followed-1\"");
        var again = follow("followed", "1");
        await().atMost(20, SECONDS).until(() -> again.toString().contains("event:OrderPaid"));
        assertThat(again.toString()).doesNotContain("OrderAccepted");
    }

    @Test
    void a_customers_orders_end_as_tombstones() throws Exception {
        testPlatform.send(
                TestTransactions.of("forgotten-1", "forgotten", "customer-9"),
                TestTransactions.of("kept-1", "kept", "customer-8"));
        reader().get("/orders/shop/forgotten?wait=10s").then().statusCode(200);
        reader().get("/orders?customer=customer-9").then().body("orderId", equalTo(List.of("shop/forgotten")));

        backOffice().delete("/customers/customer-9").then().statusCode(202).body("orders", equalTo(1));

        await().atMost(20, SECONDS)
                .untilAsserted(
                        () -> reader().get("/orders/shop/forgotten").then().statusCode(410));
        await().atMost(20, SECONDS)
                .untilAsserted(() -> assertThat(testPlatform.states())
                        .containsKey("shop/kept")
                        .doesNotContainKey("shop/forgotten"));
        assertThat(testPlatform.number("SELECT count(*) FROM orders.orders WHERE customer_id = 'customer-9'"))
                .isZero();
        backOffice().delete("/customers/customer-9").then().body("orders", equalTo(0));
    }

    @Test
    void orders_are_found_by_what_they_are() throws Exception {
        testPlatform.send(
                TestTransactions.of("found-1", "found-a", "customer-7"),
                TestTransactions.of("found-2", "found-b", "customer-7"));
        reader().get("/orders/shop/found-b?wait=10s").then().statusCode(200);
        reader().get("/orders/shop/found-a?wait=10s").then().statusCode(200);

        reader().get("/orders?customer=customer-7&status=paid&country=France&limit=1")
                .then()
                .body("orderId", equalTo(List.of("shop/found-a")));
        reader().get("/orders?customer=customer-7&after=shop/found-a")
                .then()
                .body("orderId", equalTo(List.of("shop/found-b")));
        reader().get("/orders?status=paid").then().body("size()", greaterThan(1));
    }

    private void place(String id) throws Exception {
        testPlatform.send(unpaid(id + "-1", id));
        reader().get("/orders/shop/" + id + "?wait=10s").then().statusCode(200).body("status", equalTo("accepted"));
    }

    /** Opens a stream and returns its lines as they come. */
    private StringBuffer follow(String id, String lastEventId) {
        var received = new StringBuffer();
        var request = HttpRequest.newBuilder(URI.create(orders + "/shop/" + id + "/events"))
                .header("Authorization", OrdersApi.READER_BEARER)
                .timeout(Duration.ofSeconds(60));
        if (!lastEventId.isEmpty()) {
            request.header("Last-Event-ID", lastEventId);
        }
        HttpClient.newHttpClient()
                .sendAsync(request.build(), BodyHandlers.ofLines())
                .thenAccept(response ->
                        response.body().forEach(line -> received.append(line).append("\n")));
        return received;
    }
}

package millrace.orders.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static millrace.orders.OrdersApi.backOffice;
import static millrace.orders.OrdersApi.reader;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import millrace.events.OrderLine;
import millrace.events.TransactionEvent.OrderPlaced;
import millrace.orders.OrdersPlatformResource;
import millrace.orders.OrdersTestPlatform;
import millrace.orders.TestTransactions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A customer is erased in the orders, in their history, and in the dead letters. */
@QuarkusTest
@QuarkusTestResource(OrdersPlatformResource.class)
@Tag("platform")
class CustomerErasureTest {
    private static final String SECRET = "Pregnancy test";

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
    void the_history_keeps_that_there_was_something_and_not_what() throws Exception {
        testPlatform.send(order("gone", "c-gone", SECRET + " \u0000"));
        awaitDeadLetter("shop/gone");
        backOffice()
                .body(OrdersTestPlatform.bytes(order("gone", "c-gone", SECRET)))
                .post("/dead-letters/{id}/redrive", letter("shop/gone"))
                .then()
                .body("resolved", equalTo(1));

        backOffice().delete("/customers/c-gone").then().statusCode(202).body("orders", equalTo(1));

        await().atMost(20, SECONDS)
                .untilAsserted(() -> reader().get("/orders/shop/gone").then().statusCode(410));
        reader().get("/orders/shop/gone/events").then().statusCode(410);
        assertThat(testPlatform.text("SELECT string_agg(event, '') FROM orders.history WHERE order_id = 'shop/gone'"))
                .doesNotContain(SECRET, "France", "lines")
                .contains("OrderAccepted", "gone-1", "OrderErased");
        assertThat(testPlatform.number(
                        "SELECT count(*) FROM orders.dead_letters WHERE position('c-gone'::bytea IN value) > 0"))
                .isZero();
        backOffice()
                .delete("/customers/c-gone")
                .then()
                .body("orders", equalTo(0))
                .body("deadLetters", equalTo(0));
    }

    @Test
    void an_order_whose_key_is_parked_is_erased_at_once_with_what_waits() throws Exception {
        testPlatform.send(order("parked", "c-parked", SECRET));
        reader().get("/orders/shop/parked?wait=10s").then().statusCode(200);
        testPlatform.send("shop/parked", ("no JSON of c-parked").getBytes(UTF_8));
        testPlatform.send(TestTransactions.refund("parked-2", "parked", "GBP", 1));
        await().atMost(20, SECONDS)
                .untilAsserted(() ->
                        reader().get("/dead-letters?key=shop/parked").then().body("size()", equalTo(2)));

        backOffice()
                .delete("/customers/c-parked")
                .then()
                .body("orders", equalTo(1))
                .body("deadLetters", equalTo(1));

        await().atMost(20, SECONDS)
                .untilAsserted(() -> reader().get("/orders/shop/parked").then().statusCode(410));
        reader().get("/dead-letters?key=shop/parked").then().body("size()", equalTo(0));
        reader().get("/dead-letters?key=shop/parked&resolved=true")
                .then()
                .body("state", equalTo(List.of("erased", "erased")));
        testPlatform.send(TestTransactions.refund("parked-3", "parked", "GBP", 1));
        await().atMost(20, SECONDS)
                .until(() -> testPlatform.events("shop/parked").size() == 3);
    }

    @Test
    void dead_letters_of_an_order_that_was_never_placed_are_found_by_the_customer() throws Exception {
        testPlatform.send("shop/never", null);
        testPlatform.send(order("never", "c-never", SECRET), order("other-never", "c-neverland", SECRET));
        await().atMost(20, SECONDS)
                .untilAsserted(() ->
                        reader().get("/dead-letters?key=shop/never").then().body("size()", equalTo(2)));
        var id = reader().get("/dead-letters?key=shop/never").jsonPath().getString("id[1]");
        reader().get("/dead-letters/" + id).then().body("body", containsString(SECRET));

        backOffice()
                .delete("/customers/c-never")
                .then()
                .body("orders", equalTo(0))
                .body("deadLetters", equalTo(1));

        reader().get("/dead-letters/" + id)
                .then()
                .body("state", equalTo("erased"))
                .body(not(containsString(SECRET)));
        await().atMost(20, SECONDS)
                .untilAsserted(() ->
                        reader().get("/dead-letters?key=shop/never").then().body("size()", equalTo(0)));
        reader().get("/orders/shop/other-never?wait=10s").then().statusCode(200);
    }

    @Test
    void what_was_set_aside_of_an_order_is_deleted_on_every_channel_but_that_of_requests() throws Exception {
        testPlatform.send(order("aside", "c-aside", SECRET));
        reader().get("/orders/shop/aside?wait=10s").then().statusCode(200);
        for (var channel : List.of("orders", "transactions-dlq", "any-other-channel", "transactions")) {
            testPlatform.execute("""
                    INSERT INTO orders.outbox_set_aside (id, shard, channel, key, headers, created_at, reason)
                    VALUES (nextval('orders.outbox_id'), 0, '%s', 'shop/aside', '{}', now(), 'x')""".formatted(channel));
        }

        testPlatform.send(TestTransactions.erasure("aside-2", "aside"));

        await().atMost(20, SECONDS)
                .untilAsserted(() -> reader().get("/orders/shop/aside").then().statusCode(410));
        assertThat(testPlatform.text(
                        "SELECT string_agg(channel, ' ') FROM orders.outbox_set_aside WHERE key = 'shop/aside'"))
                .isEqualTo("transactions");
        testPlatform.execute("DELETE FROM orders.outbox_set_aside WHERE key = 'shop/aside'");
    }

    private static OrderPlaced order(String id, String customer, String product) {
        return new OrderPlaced(
                id + "-1",
                "shop",
                TestTransactions.id(id),
                customer,
                null,
                "France",
                "GBP",
                null,
                true,
                List.of(new OrderLine(product, null, 1, 500)),
                TestTransactions.NOON,
                TestTransactions.NOON);
    }

    private static void awaitDeadLetter(String key) {
        await().atMost(20, SECONDS)
                .untilAsserted(
                        () -> reader().get("/dead-letters?key=" + key).then().body("size()", equalTo(1)));
    }

    private static String letter(String key) {
        return reader().get("/dead-letters?key=" + key).jsonPath().getString("id[0]");
    }
}

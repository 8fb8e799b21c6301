package millrace.orders;

import static java.util.concurrent.TimeUnit.SECONDS;
import static java.util.stream.Collectors.groupingBy;
import static millrace.orders.OrdersApi.backOffice;
import static millrace.orders.OrdersApi.reader;
import static millrace.orders.TestTransactions.order;
import static millrace.orders.TestTransactions.refund;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import millrace.events.OrderEvent;
import millrace.events.TransactionEvent;
import millrace.local.ManagedServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The database and the broker may fail at any moment: no transaction is lost or applied twice, and the service recovers
 * by itself.
 */
@QuarkusTest
@QuarkusTestResource(OrdersPlatformResource.class)
@Tag("platform")
class DatabaseAndBrokerOutageTest {
    private static final Pattern LAG = Pattern.compile(
            "\nkafka_consumer_group_lag_seconds\\{channel=\"transactions\",group=\"orders\"[^}]*} ([0-9.E-]+)");

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
    @Tag("long")
    void cut_connections_lose_and_double_nothing() throws Exception {
        for (int start = 0; start < 1000; start += 50) {
            testPlatform.send(repeated("cut", start, start + 50));
            testPlatform.cutConnections();
        }

        await().atMost(60, SECONDS).untilAsserted(() -> assertEachCountsOnce("cut", 1000));
    }

    @Test
    @Tag("embedded")
    void while_the_database_is_away_the_service_is_not_ready_and_waits() throws Exception {
        var database = server("database");
        database.stop();
        try {
            testPlatform.send(repeated("away", 0, 50));
            await().atMost(30, SECONDS)
                    .untilAsserted(() -> reader().get("/q/health/ready").then().statusCode(503));
            reader().get("/orders/shop/away-1").then().statusCode(503).header("Retry-After", "2");
            reader().get("/dead-letters").then().statusCode(503).header("Retry-After", "2");
            backOffice("away-1")
                    .post("/orders/shop/away-1/ship")
                    .then()
                    .statusCode(503)
                    .header("Retry-After", "2");
            reader().get("/q/health/live").then().statusCode(200);
            await().atMost(60, SECONDS).until(() -> lagInSeconds() > 10);
        } finally {
            database.start();
        }

        await().atMost(30, SECONDS).untilAsserted(() -> assertEachCountsOnce("away", 50));
        await().atMost(30, SECONDS).until(() -> lagInSeconds() == 0);
        await().atMost(30, SECONDS)
                .untilAsserted(() -> reader().get("/q/health/ready").then().statusCode(200));
    }

    @Test
    @Tag("long")
    void while_there_are_no_connections_left_it_waits_and_gives_nothing_up() throws Exception {
        var none = testPlatform.outOfConnections();
        try {
            testPlatform.send(repeated("none", 0, 50));
            await().atMost(30, SECONDS)
                    .untilAsserted(() -> reader().get("/q/health/ready").then().statusCode(503));
        } finally {
            none.close();
        }

        await().atMost(30, SECONDS).untilAsserted(() -> assertEachCountsOnce("none", 50));
        assertThat(testPlatform.number(
                        "SELECT count(*) FROM orders.dead_letters WHERE position('shop/none-'::bytea in key) = 1"))
                .isZero();
    }

    @Test
    @Tag("embedded")
    void while_the_broker_is_away_the_outbox_keeps_what_has_to_go_out_and_then_orders_reads_on() throws Exception {
        var broker = server("kafka-1");
        broker.stop();
        try {
            testPlatform.execute("""
                    INSERT INTO orders.outbox (shard, id, channel, key, headers, value)
                    SELECT 0, nextval('orders.outbox_id'), 'transactions-dlq', 'kept', '{}', convert_to(n::text, 'UTF8')
                    FROM generate_series(1, 3) AS n""");
            await().during(1, SECONDS).until(() -> testPlatform.number("SELECT count(*) FROM orders.outbox") == 3);
        } finally {
            broker.start();
        }

        await().atMost(60, SECONDS).until(() -> testPlatform.number("SELECT count(*) FROM orders.outbox") == 0);
        assertThat(testPlatform.values("transactions-dlq", "kept").distinct()).containsExactly("1", "2", "3");
        testPlatform.send(repeated("back", 0, 50));
        await().atMost(60, SECONDS).untilAsserted(() -> assertEachCountsOnce("back", 50));
    }

    /** For each order a purchase and a refund, both sent twice, as by a producer that got no answer. */
    private static List<TransactionEvent> repeated(String name, int start, int end) {
        var events = new ArrayList<TransactionEvent>();
        for (int i = start; i < end; i++) {
            var id = name + "-" + i;
            var once = List.of(order(id + "/1", id), refund(id + "/2", id, "GBP", 50));
            events.addAll(once);
            events.addAll(once);
        }
        return events;
    }

    /**
     * Asserts that each transaction has been applied once; on the channel an event may occur twice, with the same id.
     */
    private void assertEachCountsOnce(String name, int count) throws Exception {
        var byOrder = testPlatform.events().stream()
                .filter(event -> event.orderId().startsWith("shop/" + name + "-"))
                .distinct()
                .collect(groupingBy(OrderEvent::orderId));
        assertThat(byOrder).hasSize(count);
        assertThat(byOrder.values())
                .allSatisfy(events ->
                        assertThat(events).extracting(OrderEvent::version).containsExactly(1L, 2L));
        assertThat(testPlatform.number("SELECT count(*) FROM orders.outbox")).isZero();
        assertThat(testPlatform.states()).isEqualTo(testPlatform.table());
    }

    private static double lagInSeconds() {
        var lag = LAG.matcher(reader().get("/q/metrics").asString());
        assertThat(lag.find()).isTrue();
        return Double.parseDouble(lag.group(1));
    }

    private static ManagedServer server(String name) {
        return OrdersPlatformResource.platform.embedded().servers().stream()
                .filter(server -> server.name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}

package millrace.orders.deadletter;

import static io.restassured.RestAssured.get;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static millrace.orders.OrdersApi.backOffice;
import static millrace.orders.OrdersApi.reader;
import static millrace.orders.TestTransactions.NOON;
import static millrace.orders.TestTransactions.order;
import static millrace.orders.TestTransactions.refund;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.startsWith;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import millrace.events.Channels;
import millrace.events.OrderEvent;
import millrace.events.TransactionEvent.UnreadableOrderReported;
import millrace.orders.OrdersPlatformResource;
import millrace.orders.OrdersTestPlatform;
import millrace.orders.TestTransactions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A record that cannot be applied blocks its own key only, and can be corrected while the key keeps its sequence. */
@QuarkusTest
@QuarkusTestResource(OrdersPlatformResource.class)
@Tag("platform")
class DeadLettersTest {
    private static final byte[] NO_JSON = "not JSON".getBytes(UTF_8);

    @Inject
    DeadLetterExpiry expiry;

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
    void a_record_that_cannot_be_applied_parks_its_key_and_no_other() throws Exception {
        var undecodable = testPlatform.send("shop/stuck", NO_JSON);
        testPlatform.send(order("stuck-1", "stuck"), order("flows-1", "flows"));

        awaitEvents("shop/flows", 1);
        awaitWaiting("shop/stuck", 2);
        var id = first("shop/stuck");
        assertThat(id).startsWith("transactions-%d-%d-".formatted(undecodable.partition(), undecodable.offset()));
        reader().get("/dead-letters?key=shop/stuck")
                .then()
                .body("id[0]", equalTo(id))
                .body("state", equalTo(List.of("dead", "parked")))
                .body("reason[0]", equalTo("The value is not JSON of a transaction."));
        reader().get("/dead-letters/" + id)
                .then()
                .body("body", equalTo("not JSON"))
                .body("key", equalTo("shop/stuck"));
        reader().get("/orders/shop/stuck").then().statusCode(404);
        await().atMost(20, SECONDS)
                .untilAsserted(() -> reader().get("/q/metrics")
                        .then()
                        .body(matchesPattern("(?s).*\\ndead_letters\\{state=\"parked\"} [1-9].*")));
        assertThat(dead("shop/stuck")).singleElement().satisfies(record -> {
            assertThat(record.value()).isEqualTo(NO_JSON);
            assertThat(header(record, "dead-letter-channel")).isEqualTo("transactions");
            assertThat(header(record, "dead-letter-partition")).isEqualTo("" + undecodable.partition());
            assertThat(header(record, "dead-letter-offset")).isEqualTo("" + undecodable.offset());
        });
    }

    @Test
    void a_corrected_record_is_applied_and_then_what_was_parked_behind_it() throws Exception {
        testPlatform.send("shop/mended", NO_JSON);
        testPlatform.send(refund("mended-2", "mended", "GBP", 50), refund("mended-3", "mended", "GBP", 1000));
        awaitWaiting("shop/mended", 3);
        testPlatform.execute("UPDATE orders.dead_letters SET received_at = now() - interval '25 hours' WHERE id = '"
                + first("shop/mended") + "'");

        backOffice()
                .body(OrdersTestPlatform.bytes(order("mended-1", "mended")))
                .post("/dead-letters/{id}/redrive", first("shop/mended"))
                .then()
                .statusCode(200)
                .body("resolved", equalTo(3))
                .body("late", equalTo(1));

        assertThat(awaitEvents("shop/mended", 3))
                .extracting(OrderEvent::causedBy)
                .containsExactly("mended-1", "mended-2", "mended-3");
        reader().get("/orders/shop/mended").then().body("status", equalTo("refunded"));
        reader().get("/dead-letters?key=shop/mended").then().body("", hasSize(0));
        reader().get("/dead-letters?key=shop/mended&resolved=true")
                .then()
                .body("state", equalTo(List.of("applied", "applied", "applied")));
        testPlatform.send(refund("mended-4", "mended", "GBP", 1));
        assertThat(awaitEvents("shop/mended", 4))
                .last()
                .extracting(OrderEvent::version)
                .isEqualTo(4L);
    }

    @Test
    void an_order_that_the_edge_could_not_read_is_corrected_and_placed() throws Exception {
        testPlatform.send(new UnreadableOrderReported(
                "unread-1", "shop", "shop/unread", "customer-5", null, List.of("currency is none"), "{}", NOON, NOON));
        testPlatform.send(refund("unread-2", "unread", "GBP", 50));
        awaitWaiting("shop/unread", 2);
        reader().get("/dead-letters?key=shop/unread")
                .then()
                .body("reason[0]", equalTo("The edge could not read the order: currency is none"));

        backOffice()
                .body(OrdersTestPlatform.bytes(order("unread-1", "unread")))
                .post("/dead-letters/{id}/redrive", first("shop/unread"))
                .then()
                .statusCode(200)
                .body("resolved", equalTo(2));

        awaitEvents("shop/unread", 2);
        reader().get("/orders/shop/unread")
                .then()
                .body("status", equalTo("paid"))
                .body("refunded", equalTo("0.50"));
    }

    @Test
    void a_record_that_is_given_up_lets_those_behind_it_go_on() throws Exception {
        testPlatform.send("shop/given-up", NO_JSON);
        testPlatform.send(order("given-up-1", "given-up"));
        awaitWaiting("shop/given-up", 2);
        var id = first("shop/given-up");

        backOffice().delete("/dead-letters/" + id).then().statusCode(200).body("resolved", equalTo(2));

        awaitEvents("shop/given-up", 1);
        reader().get("/dead-letters/" + id)
                .then()
                .body("state", equalTo("discarded"))
                .body("history[0].by", equalTo("anna"));
        backOffice().delete("/dead-letters/" + id).then().statusCode(409);
    }

    @Test
    void a_second_one_that_cannot_be_applied_stops_the_rest() throws Exception {
        testPlatform.send("shop/again", NO_JSON);
        testPlatform.send(order("again-1", "again"));
        var second = testPlatform.send("shop/again", null);
        testPlatform.send(refund("again-2", "again", "GBP", 50));
        awaitWaiting("shop/again", 4);

        backOffice()
                .delete("/dead-letters/" + first("shop/again"))
                .then()
                .body("resolved", equalTo(2))
                .body("stoppedAt", startsWith("transactions-%d-%d-".formatted(second.partition(), second.offset())))
                .body("reason", equalTo("The record has no value."));

        assertThat(awaitEvents("shop/again", 1)).hasSize(1);
        reader().get("/dead-letters?key=shop/again").then().body("state", equalTo(List.of("dead", "parked")));
        await().atMost(20, SECONDS)
                .untilAsserted(() -> assertThat(dead("shop/again")).hasSize(2));
        backOffice().delete("/dead-letters/" + first("shop/again")).then().body("resolved", equalTo(2));
        awaitEvents("shop/again", 2);
    }

    @Test
    void only_the_first_of_a_key_can_be_tried_and_not_for_ever() throws Exception {
        testPlatform.send("shop/tried", NO_JSON);
        testPlatform.send(order("tried-1", "tried"));
        awaitWaiting("shop/tried", 2);
        var ids = reader().get("/dead-letters?key=shop/tried").jsonPath().getList("id", String.class);

        backOffice()
                .post("/dead-letters/{id}/redrive", ids.get(1))
                .then()
                .statusCode(409)
                .body(
                        "detail",
                        equalTo(ids.get(1) + " is parked behind dead letter " + ids.getFirst()
                                + ": that one comes first."));
        for (int attempt = 0; attempt < 10; attempt++) {
            backOffice()
                    .post("/dead-letters/{id}/redrive", ids.getFirst())
                    .then()
                    .statusCode(200)
                    .body("resolved", equalTo(0))
                    .body("stoppedAt", equalTo(ids.getFirst()));
        }
        backOffice().post("/dead-letters/{id}/redrive", ids.getFirst()).then().statusCode(409);
        reader().get("/dead-letters/" + ids.getFirst()).then().body("history", hasSize(10));
        backOffice().post("/dead-letters/nothing/redrive").then().statusCode(404);
    }

    @Test
    void what_the_database_refuses_is_found_among_its_neighbours() throws Exception {
        testPlatform.execute("ALTER TABLE orders.orders ADD CONSTRAINT unwanted CHECK (customer_id <> 'unwanted')");
        try {
            testPlatform.send(TestTransactions.of("refused-by-it-1", "refused-by-it", "unwanted"));
            testPlatform.send("shop/other", OrdersTestPlatform.bytes(order("other-1", "not-other")));
            testPlatform.send(order("beside-1", "beside"));

            awaitEvents("shop/beside", 1);
            awaitWaiting("shop/refused-by-it", 1);
            awaitWaiting("shop/other", 1);
            reader().get("/dead-letters?key=shop/refused-by-it")
                    .then()
                    .body("reason[0]", equalTo("The database refuses it: SQLSTATE 23514."));
            reader().get("/dead-letters?key=shop/other")
                    .then()
                    .body("reason[0]", equalTo("The record's key is not its order id."));
            backOffice()
                    .post("/dead-letters/{id}/redrive", first("shop/refused-by-it"))
                    .then()
                    .body("reason", equalTo("The database refuses it: SQLSTATE 23514."));
        } finally {
            testPlatform.execute("ALTER TABLE orders.orders DROP CONSTRAINT unwanted");
        }
    }

    @Test
    void many_are_tried_by_a_filter_and_a_dry_run_changes_nothing() throws Exception {
        testPlatform.send("shop/many", NO_JSON);
        awaitWaiting("shop/many", 1);
        var id = first("shop/many");

        backOffice()
                .queryParam("reason", "The value")
                .post("/dead-letters/redrive?key=shop/many&dryRun=true")
                .then()
                .statusCode(200)
                .body("stoppedAt", equalTo(List.of(id)))
                .body("reason[0]", startsWith("The value is not JSON"));
        reader().get("/dead-letters/" + id).then().body("attempts", equalTo(0));
        backOffice().post("/dead-letters/redrive?key=shop/many").then().body("resolved", equalTo(List.of(0)));
        reader().get("/dead-letters/" + id).then().body("attempts", equalTo(1));
        backOffice().post("/dead-letters/redrive").then().statusCode(400);
    }

    @Test
    void a_correction_is_tried_without_a_change() throws Exception {
        testPlatform.send("shop/rehearsed", NO_JSON);
        awaitWaiting("shop/rehearsed", 1);
        var id = first("shop/rehearsed");

        backOffice()
                .body("{}")
                .post("/dead-letters/{id}/redrive?dryRun=true", id)
                .then()
                .statusCode(200)
                .body("resolved", equalTo(0))
                .body("stoppedAt", equalTo(id))
                .body("reason", startsWith("The value"));
        backOffice()
                .body(OrdersTestPlatform.bytes(order("rehearsed-1", "rehearsed")))
                .post("/dead-letters/{id}/redrive?dryRun=true", id)
                .then()
                .statusCode(200)
                .body("resolved", equalTo(1))
                .body("stoppedAt", equalTo(null));

        reader().get("/dead-letters/" + id)
                .then()
                .body("state", equalTo("dead"))
                .body("attempts", equalTo(0))
                .body("body", equalTo("not JSON"));
        reader().get("/orders/shop/rehearsed").then().statusCode(404);
        reader().post("/dead-letters/{id}/redrive?dryRun=true", id).then().statusCode(403);
    }

    @Test
    void only_the_back_office_may_try_and_give_up() {
        reader().post("/dead-letters/any/redrive").then().statusCode(403);
        reader().post("/dead-letters/redrive?key=shop/any").then().statusCode(403);
        reader().delete("/dead-letters/any").then().statusCode(403);
        get("/dead-letters").then().statusCode(401);
    }

    @Test
    void a_topic_that_is_made_again_has_dead_letters_of_its_own_at_the_old_places() throws Exception {
        var first = testPlatform.send("shop/life", NO_JSON);
        awaitWaiting("shop/life", 1);
        backOffice().delete("/dead-letters/" + first("shop/life")).then().statusCode(200);

        testPlatform.send("shop/life", "also not JSON".getBytes(UTF_8), first);
        testPlatform.send(order("life-1", "life"));

        awaitWaiting("shop/life", 2);
        reader().get("/dead-letters?key=shop/life").then().body("state", equalTo(List.of("dead", "parked")));
    }

    @Test
    void the_older_life_of_a_topic_comes_first() throws Exception {
        testPlatform.send("shop/lives", NO_JSON);
        testPlatform.send(order("lives-1", "lives"));
        awaitWaiting("shop/lives", 2);

        testPlatform.send("shop/lives", NO_JSON, new TopicPartition("transactions", 0), 0);

        awaitWaiting("shop/lives", 3);
        reader().get("/dead-letters?key=shop/lives").then().body("offset[2]", equalTo(0));
    }

    @Test
    void a_bulk_redrive_says_of_each_what_became_of_it() throws Exception {
        testPlatform.send("shop/bulk-a", null);
        testPlatform.send("shop/bulk-b", null);
        awaitWaiting("shop/bulk-a", 1);
        awaitWaiting("shop/bulk-b", 1);
        testPlatform.execute(
                "UPDATE orders.dead_letters SET reason = 'Bulk ' || reason WHERE key LIKE 'shop/bulk-%'::bytea");
        testPlatform.execute("UPDATE orders.dead_letters SET attempts = 10 WHERE key = 'shop/bulk-a'");

        backOffice()
                .queryParam("reason", "Bulk")
                .post("/dead-letters/redrive")
                .then()
                .statusCode(200)
                .body("id", equalTo(List.of(first("shop/bulk-a"), first("shop/bulk-b"))))
                .body("outcome", equalTo(List.of("exhausted", "dead")));
        backOffice()
                .post("/dead-letters/redrive?key=shop/bulk-a&dryRun=true")
                .then()
                .body("outcome", equalTo(List.of("exhausted")));
    }

    @Test
    void keys_whose_records_only_wait_for_one_that_is_gone_are_counted_and_redriven() throws Exception {
        testPlatform.send("shop/stranded", NO_JSON);
        testPlatform.send(order("stranded-1", "stranded"));
        awaitWaiting("shop/stranded", 2);
        testPlatform.execute("UPDATE orders.dead_letters SET resolution = 'discarded', resolved_at = now() WHERE id = '"
                + first("shop/stranded") + "'");

        await().atMost(20, SECONDS)
                .untilAsserted(() -> reader().get("/q/metrics")
                        .then()
                        .body(matchesPattern("(?s).*\\ndead_letters_stranded_keys [1-9].*")));
        backOffice()
                .post("/dead-letters/redrive?parked=true")
                .then()
                .statusCode(200)
                .body("outcome", hasItem("applied"));
        awaitEvents("shop/stranded", 1);
    }

    @Test
    void a_key_of_any_length_and_any_bytes_is_kept() throws Exception {
        var random = new Random(7);
        var key = new byte[20_000];
        random.nextBytes(key);
        var sent = testPlatform.send(key, NO_JSON);
        testPlatform.send(key, NO_JSON);

        await().atMost(20, SECONDS)
                .until(() ->
                        testPlatform.number("SELECT count(*) FROM orders.dead_letters WHERE octet_length(key) = 20000")
                                == 2);
        reader().get("/dead-letters/"
                        + testPlatform.text("SELECT id FROM orders.dead_letters WHERE \"offset\" = " + sent.offset()
                                + " AND partition = " + sent.partition()))
                .then()
                .statusCode(200);
        testPlatform.send(order("after-long-1", "after-long"));
        awaitEvents("shop/after-long", 1);
    }

    @Test
    void a_list_has_neither_bodies_nor_whole_keys() throws Exception {
        var key = "k".repeat(100_000);
        testPlatform.send(key, new byte[250_000]);
        await().atMost(20, SECONDS)
                .until(() ->
                        testPlatform.number("SELECT count(*) FROM orders.dead_letters WHERE octet_length(key) = 100000")
                                == 1);

        assertThat(reader().queryParam("reason", "The value is not JSON")
                        .get("/dead-letters")
                        .asByteArray())
                .hasSizeLessThan(100 * 2_000);
    }

    @Test
    void what_is_resolved_goes_some_time_after() throws Exception {
        testPlatform.send("shop/expires", NO_JSON);
        awaitWaiting("shop/expires", 1);
        var id = first("shop/expires");
        backOffice().delete("/dead-letters/" + id).then().statusCode(200);
        expiry.expire().await().atMost(Duration.ofSeconds(60));
        reader().get("/dead-letters/" + id).then().statusCode(200);

        testPlatform.execute(
                "UPDATE orders.dead_letters SET resolved_at = now() - interval '31 days' WHERE id = '" + id + "'");
        expiry.expire().await().atMost(Duration.ofSeconds(60));

        reader().get("/dead-letters/" + id).then().statusCode(404);
    }

    private void awaitWaiting(String key, int count) {
        await().atMost(20, SECONDS)
                .untilAsserted(() -> reader().get("/dead-letters?key=" + key)
                        .then()
                        .statusCode(200)
                        .body("", hasSize(count)));
    }

    private static String first(String key) {
        return reader().get("/dead-letters?key=" + key).jsonPath().getString("id[0]");
    }

    private List<OrderEvent> awaitEvents(String orderId, int count) {
        return await().atMost(20, SECONDS).until(() -> testPlatform.events(orderId), events -> events.size() >= count);
    }

    private List<ConsumerRecord<byte[], byte[]>> dead(String key) {
        return testPlatform.read(Channels.TRANSACTIONS_DLQ).stream()
                .filter(record -> new String(record.key(), UTF_8).equals(key))
                .toList();
    }

    private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        return new String(record.headers().lastHeader(name).value(), UTF_8);
    }
}
